import CurlClient
import Threads

/// Sends signed webhooks. Redirects are not followed; any 2xx is a success.
final class WebhookSender: Sendable {
    /// What one message came to.
    struct Report: Sendable {
        var attempts = 0
        var isDelivered = false
        var lastStatus: Int?
    }

    /// Attempts for the message that tells the end: with the first pause of 1 s the last comes a minute after it, as
    /// Replicate documents. Messages before that are sent once.
    static let maximumAttempts = 7
    private static let longestPause = 30
    private static let timeout = Duration.seconds(10)
    private static let largestAnswer = 64 << 10

    private let signer: WebhookSigner
    private let firstPause: Duration
    /// Started with the first message: most simulators send none.
    private let client = Locked<CurlClient?>(nil)

    /// - Parameter firstPause: before the second attempt; doubled with each, to 30 times at most.
    init(signer: WebhookSigner, firstPause: Duration) {
        self.signer = signer
        self.firstPause = firstPause
    }

    var secret: String { signer.secret }

    /// Returns once it was delivered or given up; a canceled task gives up at once.
    func send(_ message: WebhookMessage, body: [UInt8], to url: String, onAttempt: @Sendable () -> Void) async -> Report
    {
        var report = Report()
        let attempts = message.event == .completed ? Self.maximumAttempts : 1
        for attempt in 1...attempts {
            if attempt > 1 {
                let pause = firstPause * min(1 << (attempt - 2), Self.longestPause)
                guard (try? await Task.sleep(for: pause)) != nil else { return report }
            }
            report.attempts += 1
            onAttempt()
            let signed = signer.headers(
                id: message.id, timestamp: UnixTime.milliseconds / 1_000, body: body, isForged: message.isForged)
            report.lastStatus = await post(body, to: url, headers: signed)
            report.isDelivered = report.lastStatus.map { (200..<300).contains($0) } ?? false
            if report.isDelivered || Task.isCancelled { break }
        }
        return report
    }

    /// - Returns: the status; nil when there was no answer, for whatever reason: all of them are one to a sender.
    private func post(_ body: [UInt8], to url: String, headers: [(name: String, value: String)]) async -> Int? {
        let client = client.withLock { client in
            let started = client ?? CurlClient()
            client = started
            return started
        }
        let request = HTTPRequest(
            "POST", url,
            headers: headers + [("content-type", "application/json"), ("user-agent", "Replicate/simulated")],
            body: body, timeout: Self.timeout, maximumBodyBytes: Self.largestAnswer)
        do throws(HTTPError) {
            return try await client.send(request).status
        } catch {
            return error.status
        }
    }

    /// Ends every sending.
    func shutdown() async {
        let started = client.withLock { client in
            defer { client = nil }
            return client
        }
        await started?.shutdown()
    }
}

/// One message; the same `id` on every attempt.
struct WebhookMessage: Sendable {
    var id = "msg_\(RandomName.make())"
    var event: WebhookEvent
    /// The prediction as it was when the event happened.
    var prediction: Prediction
    var isForged = false
    var delay = Duration.zero
}
