import Crypto
import JobModel

/// Who signed in at the dashboard: what a session stands for.
public enum SessionBearer: Hashable, Sendable {
    case key(APIKeyID)
    /// Whoever has the operator's token.
    case `operator`
}

/// What a browser holds after somebody signed in: `v1.BEARER.EXPIRES.SIGNATURE`, with the end in seconds of Unix time.
///
/// Nothing of it is stored: the signature is made with the store's own key, so a session is good at every process over
/// that store and survives their restarts. It says who it was, never what they may do: whoever takes it looks the key up
/// anew, and a key that was revoked opens nothing from then on. A session of the operator is bound to the token that it
/// was opened with, and ends when that is changed.
public struct SignedSessions: Sendable, CustomStringConvertible {
    private let key: SymmetricKey
    private let clock: any EngineClock

    /// Of a session, in seconds.
    public static let lifetime: Int64 = 12 * 3_600
    private static let format = "v1"
    private static let operatorName = "operator"

    init(key: SymmetricKey, clock: any EngineClock) {
        self.key = key
        self.clock = clock
    }

    public var description: String { "SignedSessions(redacted)" }

    /// - Parameter token: the hash of the operator's token as it is now; nil where there is none.
    /// - Returns: the text for the browser, and its end in seconds of Unix time.
    public func open(_ bearer: SessionBearer, token: ContentHash?) -> (text: String, expires: Int64) {
        let expires = clock.wallSeconds() + Self.lifetime
        let name = Self.name(bearer)
        return ("\(Self.format).\(name).\(expires).\(signature(bearer, expires, token))", expires)
    }

    /// - Returns: nil for what was not made here, was changed, has expired, or was opened with another token.
    public func bearer(of text: String, token: ContentHash?) -> (bearer: SessionBearer, expires: Int64)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == Self.format, let bearer = Self.bearer(parts[1]),
            let expires = Int64(parts[2]), String(expires) == parts[2],
            SecretText.areSame(signature(bearer, expires, token), parts[3]), clock.wallSeconds() < expires
        else { return nil }
        return (bearer, expires)
    }

    private static func name(_ bearer: SessionBearer) -> String {
        switch bearer {
        case .key(let id): id.text
        case .operator: operatorName
        }
    }

    private static func bearer(_ name: String) -> SessionBearer? {
        if name == operatorName { return .operator }
        return (try? APIKeyID(name)).map { .key($0) }
    }

    /// No name or number holds a line feed, and no signed link begins like this.
    private func signature(_ bearer: SessionBearer, _ expires: Int64, _ token: ContentHash?) -> String {
        let bound = bearer == .operator ? token?.text ?? "" : ""
        let text = "session \(Self.format)\n\(Self.name(bearer))\n\(expires)\n\(bound)"
        return ContentHash(digest: HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)).text
    }
}

extension LinkSigning {
    /// To look at a session with: nil where no key was made yet, and so no session either. Writes nothing.
    public func standingSessions() throws(StoreError) -> SignedSessions? { try standing()?.sessions }

    /// To open sessions with; makes the store's key if there is none.
    public func sessions() async throws(StoreError) -> SignedSessions { try await links().sessions }
}
