import HTTPChannels
import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// Finds out who asks, and whether they may: the operator by their token, others by an API key, a browser by the session
/// that was opened with either, and anybody on a server that is still open on its own machine.
///
/// Without it are answered: health, the description of the routes, the dashboard's own files and its question who is
/// signed in. Signed links and workers' signatures open what they name.
public final class Callers: Sendable {
    private let operatorToken: BearerToken?
    private let keys: APIKeys
    let sessions: Sessions
    private let isOnLoopback: Bool
    private let rates: RequestRates

    /// - Parameters:
    ///   - operatorToken: everything is open to whoever bears it, on the usual owner.
    ///   - signing: what browsers' sessions are signed with.
    ///   - address: where the server listens.
    public init(
        operatorToken: BearerToken?, keys: APIKeys, signing: LinkSigning, address: ListenAddress, rates: RequestRates
    ) {
        self.operatorToken = operatorToken
        self.keys = keys
        sessions = Sessions(signing: signing, keys: keys, operatorToken: operatorToken)
        self.isOnLoopback = address.isLoopback
        self.rates = rates
    }

    /// Whether anybody on this machine may ask for anything: while nobody has set a token or made a key, and the server
    /// listens on loopback only.
    public func areAnybody() async throws(StoreError) -> Bool {
        guard operatorToken == nil, isOnLoopback else { return false }
        return try await !keys.areAny()
    }

    /// Who asks, if they may, and whether it was once too often.
    /// - Throws: 401 or 403 as ``Refusal``, 429 in their place for whoever asks too often; ``StoreError``.
    func caller(
        _ request: Request, _ context: DarkroomContext, for scope: AccessScope
    ) async throws -> Caller {
        var overLimit = Self.refusal { () throws(Refusal) in try rates.count(addressOf: context) }
        // A browser sends its session along with whatever a page has it ask.
        if Self.credential(request) == nil, Sessions.isNamed(in: request) { try OwnPage.require(request) }
        guard let bearer = try await bearer(request, context) else { throw overLimit ?? Self.unauthorized(request) }
        overLimit = Self.refusal { () throws(Refusal) in try rates.count(keyOf: bearer, context) } ?? overLimit
        guard bearer.may(scope) else {
            throw overLimit ?? Refusal(.forbidden, "forbidden", "this key does not have the scope \(scope.rawValue)")
        }
        do {
            return Caller(principal: try Self.chosenOwner(bearer, request), overLimit: overLimit)
        } catch {
            throw overLimit ?? error
        }
    }

    /// Whether a request that was let in may go on: what it bears may have ended since. It is not counted again.
    func mayGoOn(
        _ request: Request, _ context: DarkroomContext, for scope: AccessScope
    ) async throws(StoreError) -> Bool {
        try await bearer(request, context)?.may(scope) ?? false
    }

    /// Counts a request that names nobody, such as one by a signed link.
    /// - Throws: 429 as ``Refusal``.
    func count(addressOf context: DarkroomContext) throws(Refusal) { try rates.count(addressOf: context) }

    private static func refusal(_ count: () throws(Refusal) -> Void) -> Refusal? {
        do {
            try count()
            return nil
        } catch {
            return error
        }
    }

    private func bearer(_ request: Request, _ context: DarkroomContext) async throws(StoreError) -> Principal? {
        if let credential = Self.credential(request) {
            if let known = try principal(bearing: credential) { return known }
        } else if let session = try sessions.session(of: request) {
            return session.principal
        }
        return try await isOpen(to: request, context) ? .operator : nil
    }

    /// The operator, or the key's owner; nil for what is neither.
    func principal(bearing credential: String) throws(StoreError) -> Principal? {
        if let operatorToken, operatorToken.isBorne(by: "Bearer \(credential)") { return .operator }
        return try keys.principal(bearing: credential)
    }

    /// Whether whoever sent the request needs no credential.
    func isOpen(to request: Request, _ context: DarkroomContext) async throws(StoreError) -> Bool {
        try await areAnybody() && OpenMachine.isOwn(request, context)
    }

    /// What stands behind `Bearer` in the header, whose case does not matter.
    private static func credential(_ request: Request) -> String? {
        guard let header = request.headers[.authorization], let space = header.firstIndex(of: " "),
            header[..<space].lowercased() == "bearer"
        else { return nil }
        return String(header[header.index(after: space)...])
    }

    /// An administrator may name another owner in the query.
    private static func chosenOwner(_ principal: Principal, _ request: Request) throws -> Principal {
        guard let name = request.uri.queryParameters["owner"] else { return principal }
        guard let owner = try? OwnerID(String(name)) else {
            throw InvalidRequest(field: "owner", message: "must be an owner's id")
        }
        guard let acting = principal.acting(for: owner) else {
            throw Refusal(.forbidden, "forbidden", "only a key with the scope admin may name another owner")
        }
        return acting
    }

    private static func unauthorized(_ request: Request) -> Refusal {
        let message =
            request.headers[.authorization] == nil
            ? "a bearer token is needed in the Authorization header"
            : "the Authorization header bears no token or key that is known here and has not ended"
        return .unauthorized(message)
    }
}

/// Somebody who may ask, and was counted.
struct Caller: Sendable {
    let principal: Principal
    /// Set if it was once too often: all but a request that repeats an earlier one is refused with it.
    let overLimit: Refusal?
}
