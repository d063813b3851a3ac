import Crypto
import JobModel

/// Links that open one path of one owner to whoever holds them, for a short time and without a token.
///
/// What follows the path is `?owner=…&expires=…&signature=…`: the end in seconds of Unix time, and HMAC-SHA256, in
/// hexadecimal digits, over method, path, owner and end. ``LinkSigning`` has the key.
public struct SignedLinks: Sendable, CustomStringConvertible {
    private let key: SymmetricKey
    private let clock: any EngineClock

    /// Of a link, in seconds.
    public static let lifetime: Int64 = 300

    init(key: [UInt8], clock: any EngineClock) {
        self.key = SymmetricKey(data: key)
        self.clock = clock
    }

    public var description: String { "SignedLinks(redacted)" }

    /// Signed with the same key; no text of theirs is one of a link.
    var sessions: SignedSessions { SignedSessions(key: key, clock: clock) }

    /// The path with a query that opens it.
    /// - Parameters:
    ///   - path: absolute, as it will stand in the request line, without a query.
    ///   - owner: whose things are meant.
    ///   - lifetime: in seconds, from now.
    public func link(to path: String, owner: OwnerID, lifetime: Int64 = SignedLinks.lifetime) -> String {
        "\(path)?\(query(for: path, owner: owner, lifetime: lifetime))"
    }

    /// What ``link(to:owner:lifetime:)`` puts behind the path.
    public func query(for path: String, owner: OwnerID, lifetime: Int64 = SignedLinks.lifetime) -> String {
        let expires = clock.wallSeconds() + lifetime
        let code = HMAC<SHA256>.authenticationCode(for: Self.text(path, owner, expires), using: key)
        return "owner=\(owner)&expires=\(expires)&signature=\(ContentHash(digest: code))"
    }

    public enum Verdict: Hashable, Sendable {
        case valid
        case expired
        case wrong
    }

    /// Whether a request's query opens its path; compared in constant time.
    public func verdict(path: String, owner: OwnerID, expires: Int64, signature: String) -> Verdict {
        let code = Array(HMAC<SHA256>.authenticationCode(for: Self.text(path, owner, expires), using: key))
        guard SecretText.areSame(ContentHash(digest: code).text, signature) else { return .wrong }
        return clock.wallSeconds() < expires ? .valid : .expired
    }

    /// No path, owner or number holds a line feed.
    private static func text(_ path: String, _ owner: OwnerID, _ expires: Int64) -> [UInt8] {
        Array("GET \(path)\n\(owner)\n\(expires)".utf8)
    }
}
