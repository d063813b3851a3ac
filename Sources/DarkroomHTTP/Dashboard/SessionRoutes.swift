import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import Orchestration

/// Signing in and out of the dashboard, and finding out who is.
struct SessionRoutes: Sendable {
    static let maximumBodyBytes = 4_096

    let callers: Callers
    /// Whether browsers reach the server over https.
    let isSecure: @Sendable () -> Bool

    func add(to router: Router<DarkroomContext>) {
        router.route(
            "/dashboard/session",
            [
                .get: { try await show($0, $1) }, .post: { try await signIn($0, $1) },
                .delete: { request, _ in try signOut(request) },
            ])
    }

    /// Always 200: who is signed in, or that nobody is.
    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        if let session = try callers.sessions.session(of: request) { return try answer(SessionView(session)) }
        return try answer(SessionView(isOpen: try await callers.isOpen(to: request, context)))
    }

    /// Takes `{"key": "…"}`: an API key, or the operator's token. 401 for what is neither; each try counts for its address.
    private func signIn(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try callers.count(addressOf: context)
        try OwnPage.require(request)
        try request.requireJSON()
        let bytes = try await request.bytes(upTo: Self.maximumBodyBytes)
        let asked = try Body.decode(
            SignIn.self, from: bytes, limits: JSONLimits(maximumBytes: Self.maximumBodyBytes))
        guard let principal = try callers.principal(bearing: asked.key) else {
            throw Refusal.unauthorized("this is no key that is known here and has not ended")
        }
        let (session, text) = try await callers.sessions.open(principal)
        return try answer(SessionView(session), cookie: Sessions.header(text, isSecure: isSecure()))
    }

    private func signOut(_ request: Request) throws -> Response {
        try OwnPage.require(request)
        return try answer(SessionView(isOpen: false), cookie: Sessions.header(nil, isSecure: isSecure()))
    }

    private func answer(_ view: SessionView, cookie: String? = nil) throws -> Response {
        var response = try Reply.json(view)
        response.headers[.cacheControl] = "no-store"
        response.headers[.setCookie] = cookie
        return response
    }

    private struct SignIn: Decodable {
        var key: String
    }
}

/// Who uses the dashboard.
struct SessionView: Encodable {
    var signedIn: Bool
    /// Whether this server needs no signing in: it is open to this machine's own programs.
    var open: Bool
    var owner: OwnerID?
    var scopes: [AccessScope]?
    /// Milliseconds of Unix time.
    var expiresAt: Milliseconds?

    init(_ session: Sessions.Session) {
        (signedIn, open) = (true, false)
        owner = session.principal.owner
        scopes = session.principal.scopes.sorted { $0.rawValue < $1.rawValue }
        expiresAt = session.expires * 1_000
    }

    init(isOpen: Bool) {
        (signedIn, open) = (false, isOpen)
        owner = isOpen ? Principal.operator.owner : nil
        scopes = isOpen ? AccessScope.allCases.sorted { $0.rawValue < $1.rawValue } : nil
    }
}
