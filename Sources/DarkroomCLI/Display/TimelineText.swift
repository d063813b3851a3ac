import JobModel
import Orchestration

/// A timeline in words for a terminal: one line for each thing that happened.
public enum TimelineText {
    public static func lines(of timeline: Timeline) -> [String] {
        var lines = ["\(timeline.caseID)  \(timeline.jobID)  \(timeline.status.rawValue)"]
        lines += timeline.entries.map { entry in
            // What a worker says of its times may be anything.
            let (since, isBeyond) = entry.at.subtractingReportingOverflow(timeline.createdAt)
            let time = moment(isBeyond ? entry.at : since)
            return "\(time)  epoch \(entry.epoch)  \(TerminalText.line(words(entry.happening)))"
        }
        for epoch in timeline.untold {
            lines.append("epoch \(epoch): its worker's own account is not at hand")
        }
        return lines
    }

    /// Seconds since the job was created, right-aligned.
    static func moment(_ milliseconds: Milliseconds) -> String {
        let sign = milliseconds < 0 ? "-" : "+"
        let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
        let fraction = String(rest)
        let text = "\(sign)\(seconds).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) s"
        return String(repeating: " ", count: max(0, 13 - text.count)) + text
    }

    private static func words(_ happening: Timeline.Happening) -> String {
        switch happening {
        case .job(let entry): words(entry)
        case .image(let asset, let event): "\(asset): \(words(event))"
        case .delivery(let delivery): words(delivery)
        }
    }

    private static func words(_ entry: JournalEntry) -> String {
        let times = entry.times.map { " (\($0) times)" } ?? ""
        let detail = entry.detail.map { ": \($0)" } ?? ""
        let asset = entry.asset.map { " \($0)" } ?? ""
        return "job \(name(entry.what))\(asset)\(detail)\(times)"
    }

    private static func name(_ what: JournalEntry.What) -> String {
        switch what {
        case .created: "created"
        case .triggered: "handed to a worker"
        case .triggerFailed: "not taken by the worker"
        case .acknowledged: "taken by the worker"
        case .refused: "refused by the worker"
        case .handedOver: "handed over"
        case .finished: "ended"
        case .continued: "goes on"
        case .retried: "asked for again"
        case .fallback: "asked for as a fallback"
        case .edited: "given other words"
        case .lateResult: "got a late picture"
        case .cancelAsked: "to be canceled"
        case .cancelAnswered: "cancel answered"
        case .forceFinished: "ended by an operator"
        case .stuck: "without news, an alert was raised"
        }
    }

    private static func words(_ event: AssetEvent) -> String {
        let lane = "\(event.lane.provider)/\(event.lane.model)"
        switch event.state {
        case .generating where event.isQuestion == true: return "asks \(lane) about an earlier call"
        case .generating: return "call \(event.attempt) to \(lane)"
        case .retrying:
            let wait = event.delay.map { ", waits \(moment($0).drop { $0 == " " || $0 == "+" })" } ?? ""
            return "\(failure(event))\(wait)"
        case .generated:
            return "made by \(lane)" + (event.costMicros.map { ", cost \(MoneyText.amount($0))" } ?? "")
        case .queued, .needsPromptUpdate, .held, .failed, .canceled:
            return "\(event.state.rawValue)\(event.code == nil ? "" : ": \(failure(event))")"
        }
    }

    private static func failure(_ event: AssetEvent) -> String {
        let code = event.code?.rawValue ?? "no picture"
        let provider = event.providerCode.map { " (\($0))" } ?? ""
        let cost = event.costMicros.map { ", cost \(MoneyText.amount($0))" } ?? ""
        return code + provider + cost + (event.phase == .afterSend ? ", possibly billed" : "")
    }

    private static func words(_ delivery: DeliveryTry) -> String {
        let reason = delivery.reason.map { ": \($0)" } ?? ""
        return "webhook of version \(delivery.version), try \(delivery.number): \(delivery.outcome.rawValue)\(reason)"
    }
}
