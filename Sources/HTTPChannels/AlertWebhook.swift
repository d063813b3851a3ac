import CurlClient
import JSONCoding
import JobModel
import Logging
import Orchestration

/// Posts alerts to an address that the operator configured: signed as all our webhooks are, tried three times, unless the
/// answer is that this message is not wanted.
public struct AlertWebhook: AlertSender {
    private let http: any HTTPSending
    private let url: String
    private let secrets: WebhookSecrets?
    private let clock: any EngineClock
    private let logger: Logger

    private static let tries = 3
    private static let pause: Milliseconds = 2_000

    public init(
        http: any HTTPSending, url: String, secrets: WebhookSecrets?, clock: any EngineClock, logger: Logger
    ) {
        self.http = http
        self.url = url
        self.secrets = secrets
        self.clock = clock
        self.logger = logger
    }

    public func send(_ message: AlertMessage) async -> AlertOutcome {
        let body: [UInt8]
        do throws(JSONError) { body = try JSON.encode(message, style: .sorted) } catch {
            logger.error("alert.not_written", metadata: ["error": "\(error.message)"])
            return .refused
        }
        var (outcome, reason) = (AlertOutcome.unreachable, "")
        for attempt in 1...Self.tries where outcome == .unreachable {
            if attempt > 1 { await clock.sleep(until: clock.now() + Self.pause) }
            (outcome, reason) = await post(body, id: message.id)
        }
        guard outcome != .delivered else { return .delivered }
        logger.error("alert.not_delivered", metadata: ["type": "\(message.kind.rawValue)", "error": "\(reason)"])
        return outcome
    }

    /// With why it did not arrive, in words.
    private func post(_ body: [UInt8], id: String) async -> (AlertOutcome, String) {
        let timestamp = clock.wallSeconds()
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: WebhookHeaders.idName, value: id),
            (name: WebhookHeaders.timestampName, value: "\(timestamp)"),
        ]
        if let secrets {
            let signed = SigningText.webhook(id: id, timestamp: timestamp, body: body)
            headers.append((name: WebhookHeaders.signatureName, value: secrets.signature(of: signed)))
        }
        let request = HTTPRequest(
            "POST", url, headers: headers, body: body, connectTimeout: .seconds(3), timeout: .seconds(10),
            maximumBodyBytes: 1 << 16)
        do throws(HTTPError) {
            let status = try await http.send(request).status
            return (Self.outcome(status), "the address answered \(status)")
        } catch {
            return (.unreachable, error.message)
        }
    }

    private static func outcome(_ status: Int) -> AlertOutcome {
        switch status {
        case 200..<300: .delivered
        case 408, 425, 429: .unreachable
        case 400..<500: .refused
        default: .unreachable
        }
    }
}
