import HTTPChannels
import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// Who may do what.
public struct Access: Sendable {
    /// Needed to hand a worker work; nil takes it from anybody who reaches the port.
    public var workerToken: BearerToken?
    /// Needed to read jobs and pictures; nil lets anybody read who reaches the port.
    public var readToken: BearerToken?
    /// What updates must be signed with; nil takes unsigned ones.
    public var webhookSecrets: WebhookSecrets?

    public init(workerToken: BearerToken?, readToken: BearerToken?, webhookSecrets: WebhookSecrets?) {
        self.workerToken = workerToken
        self.readToken = readToken
        self.webhookSecrets = webhookSecrets
    }

    /// Whose jobs the request may make and read.
    /// - Throws: 401 for a request that is nobody's.
    func principalOwner(_ request: Request) throws -> OwnerID {
        try requireReadToken(request)
        return .local
    }

    /// For what concerns the jobs of all owners.
    func requireAdmin(_ request: Request) throws { try requireReadToken(request) }

    func requireWorkerToken(_ request: Request) throws { try require(workerToken, request) }

    func requireReadToken(_ request: Request) throws { try require(readToken, request) }

    private func require(_ token: BearerToken?, _ request: Request) throws {
        guard let token, !token.isBorne(by: request.headers[.authorization]) else { return }
        var refusal = Refusal(.unauthorized, "unauthorized", "a bearer token is needed in the Authorization header")
        refusal.headers[.wwwAuthenticate] = "Bearer"
        throw refusal
    }

    /// - Parameter signed: the signed text, given id and timestamp.
    func requireSignature(
        _ request: Request, clock: any EngineClock, over signed: (_ id: String, _ timestamp: Int64) -> [UInt8]
    ) throws {
        guard let secrets = webhookSecrets else { return }
        try Access.requireSignature(request, by: secrets, clock: clock, over: signed)
    }

    /// - Parameter signed: the signed text, given id and timestamp.
    static func requireSignature(
        _ request: Request, by secrets: WebhookSecrets, clock: any EngineClock,
        over signed: (_ id: String, _ timestamp: Int64) -> [UInt8]
    ) throws {
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.headers[$0] } }
        guard
            let headers = WebhookHeaders(
                id: header(WebhookHeaders.idName), timestamp: header(WebhookHeaders.timestampName),
                signature: header(WebhookHeaders.signatureName))
        else {
            throw Refusal(
                .unauthorized, "missing_signature", "webhook-id, webhook-timestamp and webhook-signature are needed")
        }
        let verdict = headers.verdict(
            over: signed(headers.id, headers.timestamp), secrets: secrets, wallSeconds: clock.wallSeconds())
        switch verdict {
        case .valid: return
        case .stale:
            throw Refusal(
                .unauthorized, "stale_signature",
                "webhook-timestamp is more than \(SigningText.toleranceSeconds) s off")
        case .wrong: throw Refusal(.unauthorized, "wrong_signature", "the signature does not fit")
        }
    }
}
