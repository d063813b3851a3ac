import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// Asks a server of ours, whose address the operator configured, single questions: to find out whether it is there and
/// takes what we have.
public struct PeerProbe: Sendable {
    public struct Answer: Sendable {
        public var status: Int
        public var body: [UInt8]
        /// The peer's clock, in seconds of Unix time; nil if it did not say.
        public var seconds: Int64?

        /// The stable code of an error; nil if the answer is none of ours.
        public var errorCode: String? { try? JSON.decode(ErrorBody.self, from: body).error.code }
    }

    private let http: any HTTPSending
    private let timeout: Duration

    public init(http: any HTTPSending, timeout: Duration = .seconds(3)) {
        self.http = http
        self.timeout = timeout
    }

    /// - Throws: in the words of the connection, without the address.
    public func get(_ url: String, token: BearerToken? = nil) async throws(CommandError) -> Answer {
        try await send(
            HTTPRequest("GET", url, timeout: timeout, maximumBodyBytes: Self.longestAnswer),
            token.map { [$0.header] } ?? [])
    }

    /// Posts an update that says nothing: a receiver looks at its signature before it refuses it as incomplete.
    /// - Parameter secrets: nil posts it unsigned.
    /// - Throws: in the words of the connection, without the address.
    public func postEmptyUpdate(
        to url: String, secrets: WebhookSecrets?, wallSeconds: Int64
    ) async throws(CommandError) -> Answer {
        let (id, body) = ("probe-\(wallSeconds)", Array("{}".utf8))
        var headers = [(name: "Content-Type", value: "application/json")]
        if let secrets {
            let signed = SigningText.webhook(id: id, timestamp: wallSeconds, body: body)
            headers += [
                (WebhookHeaders.idName, id), (WebhookHeaders.timestampName, "\(wallSeconds)"),
                (WebhookHeaders.signatureName, secrets.signature(of: signed)),
            ]
        }
        let request = HTTPRequest("POST", url, body: body, timeout: timeout, maximumBodyBytes: Self.longestAnswer)
        return try await send(request, headers)
    }

    private static let longestAnswer = 1 << 20

    private func send(
        _ request: HTTPRequest, _ headers: [(name: String, value: String)]
    ) async throws(CommandError) -> Answer {
        var request = request
        request.headers = headers
        do throws(HTTPError) {
            let response = try await http.send(request)
            return Answer(
                status: response.status, body: response.body, seconds: response.header("date").flatMap(HTTPDate.seconds)
            )
        } catch {
            throw CommandError(error.message)
        }
    }
}
