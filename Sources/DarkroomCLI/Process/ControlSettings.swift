import ArgumentParser
import CurlClient
import HTTPChannels
import JobModel
import Logging
import Orchestration

/// How a control process looks after jobs.
extension Settings {
    public func jobPolicy(workers flag: String? = nil) throws -> JobPolicy {
        let after = try word("after-deadline", default: AfterDeadline.continue)
        return JobPolicy(
            workers: try workers(flag: flag),
            fence: try seconds("hand-out-time", default: 1_800, in: 1...86_400),
            silence: try seconds("silence", default: 30, in: 1...3_600),
            stuckAfter: try seconds("stuck-after", default: 600, in: 1...86_400),
            continuesAfterDeadline: after == .continue,
            jobKept: try seconds("retention", default: 30 * 86_400, in: 1...3_650 * 86_400),
            imageKept: try seconds("image-retention", default: 3_600, in: 1...3_650 * 86_400))
    }

    /// Base URLs, separated by commas; empty if none is set.
    public func workers(flag: String? = nil) throws -> [String] {
        guard let text = try text("worker", flag: flag) else { return [] }
        let place = place(of: "worker", flag: flag)
        var workers: [String] = []
        for url in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            try Self.checkBaseURL(url, at: place)
            let worker = url.hasSuffix("/") ? String(url.dropLast()) : url
            guard !workers.contains(worker) else { throw ValidationError("\(place) names \(worker) twice") }
            workers.append(worker)
        }
        return workers
    }

    /// As ``workers(flag:)``, where one is needed.
    public func requiredWorkers(flag: String?) throws -> [String] {
        let workers = try workers(flag: flag)
        guard !workers.isEmpty else {
            throw ValidationError(
                "--worker is missing: name the worker's base URL, such as http://127.0.0.1:8081 (or set DARKROOM_WORKER)"
            )
        }
        return workers
    }

    /// From when on something is worth an alert, and how often it is looked for.
    public func alertSettings() throws -> AlertSettings {
        let length = try text("alert-window") ?? StatisticsWindow.quarterHour.text
        let window: StatisticsWindow
        do { window = try StatisticsWindow(length) } catch {
            throw ValidationError("alert-window \(error.message)")
        }
        return AlertSettings(
            rules: AlertRules(
                failureRate: Double(try count("alert-failure-percent", default: 50, in: 1...99)) / 100,
                leastImages: try count("alert-least-images", default: 10, in: 1...1_000_000),
                window: window),
            interval: try seconds("alert-interval", default: 60, in: 1...3_600))
    }

    /// Nil where no address for alerts is set.
    public func alerts(http: any HTTPSending, clock: any EngineClock, logger: Logger) throws -> (any AlertSender)? {
        guard let url = try baseURL("alert-url") else { return nil }
        return AlertWebhook(http: http, url: url, secrets: try webhookSecrets(), clock: clock, logger: logger)
    }
}

private enum AfterDeadline: String, CaseIterable {
    case `continue`
    case stop
}

extension JobPolicy {
    /// Jobs are spread over the workers evenly, by chance.
    public func anyWorker() -> String { workers.randomElement() ?? "" }
}
