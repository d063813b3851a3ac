import CurlClient
import JSONCoding
import JobModel
import Logging
import Orchestration

/// Posts alerts to an address that the operator configured: signed as all our webhooks are, tried three times.
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

    public func send(_ message: AlertMessage) async -> Bool {
        let body: [UInt8]
        do throws(JSONError) { body = try JSON.encode(message, style: .sorted) } catch {
            logger.error("alert.not_written", metadata: ["error": "\(error.message)"])
            return false
        }
        var reason = ""
        for attempt in 1...Self.tries {
            guard let failure = await post(body, id: message.id) else { return true }
            reason = failure
            if attempt < Self.tries { await clock.sleep(until: clock.now() + Self.pause) }
        }
        logger.error("alert.not_delivered", metadata: ["type": "\(message.kind.rawValue)", "error": "\(reason)"])
        return false
    }

    /// - Returns: why it did not arrive; nil if it did.
    private func post(_ body: [UInt8], id: String) async -> String? {
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
            return (200..<300).contains(status) ? nil : "the address answered \(status)"
        } catch {
            return error.message
        }
    }
}
