import HTTPChannels
import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// Who may do what.
public struct Access: Sendable {
    /// Needed to hand a worker work; nil takes it from anybody who reaches the port.
    public var workerToken: BearerToken?
    /// Whose requests for jobs are taken; nil on a worker, which has no such routes.
    public var callers: Callers?
    /// What opens single pictures without a token.
    public var linkSigning: LinkSigning?
    /// Proxies that say whom a request comes from.
    public var proxies = TrustedProxies.none
    /// What updates must be signed with; nil takes unsigned ones.
    public var webhookSecrets: WebhookSecrets?

    /// Of a worker.
    public init(workerToken: BearerToken?, webhookSecrets: WebhookSecrets?) {
        self.workerToken = workerToken
        self.webhookSecrets = webhookSecrets
    }

    /// Of the control side.
    public init(callers: Callers, linkSigning: LinkSigning, webhookSecrets: WebhookSecrets?) {
        self.callers = callers
        self.linkSigning = linkSigning
        self.webhookSecrets = webhookSecrets
    }

    /// Who asks, if they may: whose ``Principal/owner`` it is that the request is about.
    /// - Throws: 401, 403 or 429 as ``Refusal``.
    func principal(
        _ request: Request, _ context: DarkroomContext, for scope: AccessScope
    ) async throws -> Principal {
        let caller = try await caller(request, context, for: scope)
        if let refusal = caller.overLimit { throw refusal }
        return caller.principal
    }

    /// As ``principal(_:_:for:)``, where a request that repeats an earlier one must be found before it is refused for
    /// being one too many.
    func caller(_ request: Request, _ context: DarkroomContext, for scope: AccessScope) async throws -> Caller {
        guard let callers else { throw Refusal(.notFound, "not_found", "no such route") }
        return try await callers.caller(request, context, for: scope)
    }

    /// Whether an answer that goes on for long may do so: whose key has ended is told no more.
    func isStillAllowed(
        _ request: Request, _ context: DarkroomContext, for scope: AccessScope
    ) async throws(StoreError) -> Bool {
        try await callers?.mayGoOn(request, context, for: scope) ?? false
    }

    /// For what is of the whole process: a reader who is the operator's own, or may do everything.
    /// - Throws: 401, 403 or 429 as ``Refusal``.
    func requireOperator(_ request: Request, _ context: DarkroomContext) async throws {
        let principal = try await principal(request, context, for: .read)
        guard principal.owner == .local || principal.may(.admin) else {
            throw Refusal(.forbidden, "forbidden", "this is for the operator's own keys")
        }
    }

    /// To make links with that need no token for a while.
    func links() async throws(StoreError) -> SignedLinks? { try await linkSigning?.links() }

    /// Whose things may be read at the request's path: by a signed link to it, or by whoever may read.
    /// - Parameter named: whom the path names; nil if it names nobody.
    /// - Throws: 401, 403 or 429 as ``Refusal``; 404 for another owner's, which are not there for others.
    func readableOwner(_ request: Request, _ context: DarkroomContext, named: OwnerID?) async throws -> OwnerID {
        let query = request.uri.queryParameters
        if let linkSigning, let signature = query["signature"] {
            try callers?.count(addressOf: context)
            let owner = try Self.owner(byLink: request, String(signature), try linkSigning.standing())
            guard named ?? owner == owner else { throw Self.notThere }
            return owner
        }
        let reader = try await principal(request, context, for: .read)
        guard let named else { return reader.owner }
        guard let acting = reader.acting(for: named) else { throw Self.notThere }
        return acting.owner
    }

    private static let notThere = Refusal(.notFound, "unknown_picture", "there is no such picture")

    func requireWorkerToken(_ request: Request) throws {
        guard let workerToken, !workerToken.isBorne(by: request.headers[.authorization]) else { return }
        throw Refusal.unauthorized("a bearer token is needed in the Authorization header")
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

    /// Whose link the request's path and query make up.
    /// - Parameter links: nil where none was made yet.
    /// - Throws: 403 as ``Refusal``.
    private static func owner(
        byLink request: Request, _ signature: String, _ links: SignedLinks?
    ) throws(Refusal) -> OwnerID {
        let query = request.uri.queryParameters
        let wrong = Refusal(.forbidden, "wrong_signature", "this link was not made here")
        guard let links, let owner = query["owner"].flatMap({ try? OwnerID(String($0)) }),
            let expires = query["expires"].flatMap({ Int64($0) })
        else { throw wrong }
        switch links.verdict(path: request.uri.path, owner: owner, expires: expires, signature: signature) {
        case .valid: return owner
        case .expired: throw Refusal(.forbidden, "link_expired", "this link has expired; ask for a new one")
        case .wrong: throw wrong
        }
    }
}
