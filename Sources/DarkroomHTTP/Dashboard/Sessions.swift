import HTTPChannels
import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// Browsers that are signed in. Nothing is kept of them here: the cookie says who, the store says what they may.
struct Sessions: Sendable {
    static let cookieName = "darkroom_session"

    struct Session: Sendable {
        let principal: Principal
        /// In seconds of Unix time.
        let expires: Int64
    }

    private let signing: LinkSigning
    private let keys: APIKeys
    /// Of the operator's token; a session of the operator is good as long as it is the same.
    private let token: ContentHash?

    init(signing: LinkSigning, keys: APIKeys, operatorToken: BearerToken?) {
        self.signing = signing
        self.keys = keys
        token = operatorToken?.fingerprint
    }

    /// Whose browser sent the request.
    /// - Returns: nil without a cookie, and for one that is not good or whose key has ended.
    func session(of request: Request) throws(StoreError) -> Session? {
        guard let text = Self.cookie(request), let sessions = try signing.standingSessions(),
            let (bearer, expires) = sessions.bearer(of: text, token: token)
        else { return nil }
        return try principal(of: bearer).map { Session(principal: $0, expires: expires) }
    }

    /// Whether the request says that it is of a session, good or not.
    static func isNamed(in request: Request) -> Bool { cookie(request) != nil }

    /// A new session of somebody who has shown a credential.
    /// - Returns: the session, and what stands in its cookie.
    func open(_ principal: Principal) async throws(StoreError) -> (session: Session, text: String) {
        let bearer = principal.keyID.map { SessionBearer.key($0) } ?? .operator
        let (text, expires) = try await signing.sessions().open(bearer, token: token)
        return (Session(principal: principal, expires: expires), text)
    }

    private func principal(of bearer: SessionBearer) throws(StoreError) -> Principal? {
        switch bearer {
        case .key(let id): try keys.principal(of: id)
        case .operator: token == nil ? nil : .operator
        }
    }

    /// `Set-Cookie` for a browser that is to keep `text`; with nil, for one that is to forget it.
    static func header(_ text: String?, isSecure: Bool) -> String {
        let age = text == nil ? 0 : SignedSessions.lifetime
        return "\(cookieName)=\(text ?? ""); Path=/; Max-Age=\(age); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    /// A browser sends one; of several by the same name none is believed.
    private static func cookie(_ request: Request) -> String? {
        let values = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
            let pair = pair.drop { $0 == " " }
            return pair.hasPrefix("\(cookieName)=") ? String(pair.dropFirst(cookieName.count + 1)) : nil
        }
        return values.count == 1 ? values[0] : nil
    }
}
