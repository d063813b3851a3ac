import Crypto
import JobModel
import Threads

/// Links that open one path of one owner to whoever holds them, for a short time and without a token.
///
/// What follows the path is `?owner=…&expires=…&signature=…`: the end in seconds of Unix time, and HMAC-SHA256, in
/// hexadecimal digits, over method, path, owner and end, under a random key that stands in the store. It is made with the
/// first link. Several processes over one store take each other's links.
public final class SignedLinks: Sendable, CustomStringConvertible {
    private let store: any KeyValueStore
    private let clock: any EngineClock
    private let random: any RandomSource
    private let known = Locked<SymmetricKey?>(nil)

    /// Of a link, in seconds.
    public static let lifetime: Int64 = 300

    public init(store: any KeyValueStore, clock: any EngineClock, random: any RandomSource) {
        self.store = store
        self.clock = clock
        self.random = random
    }

    public var description: String { "SignedLinks(redacted)" }

    /// The path with a query that opens it.
    /// - Parameters:
    ///   - path: absolute, as it will stand in the request line, without a query.
    ///   - owner: whose things are meant.
    ///   - lifetime: in seconds, from now.
    public func link(
        to path: String, owner: OwnerID, lifetime: Int64 = SignedLinks.lifetime
    ) async throws(StoreError) -> String {
        "\(path)?\(try await query(for: path, owner: owner, lifetime: lifetime))"
    }

    /// What ``link(to:owner:lifetime:)`` puts behind the path.
    public func query(
        for path: String, owner: OwnerID, lifetime: Int64 = SignedLinks.lifetime
    ) async throws(StoreError) -> String {
        let expires = clock.wallSeconds() + lifetime
        let signature = Self.signature(path, owner, expires, try await key())
        return "owner=\(owner)&expires=\(expires)&signature=\(signature)"
    }

    public enum Verdict: Hashable, Sendable {
        case valid
        case expired
        case wrong
    }

    /// Whether a request's query opens its path; compared in constant time.
    public func verdict(
        path: String, owner: OwnerID, expires: Int64, signature: String
    ) throws(StoreError) -> Verdict {
        // Where there is no key no link was made.
        guard let key = try standingKey(),
            SecretText.areSame(Self.signature(path, owner, expires, key), signature)
        else { return .wrong }
        return clock.wallSeconds() < expires ? .valid : .expired
    }

    /// No path, owner or number holds a line feed.
    private static func signature(_ path: String, _ owner: OwnerID, _ expires: Int64, _ key: SymmetricKey) -> String {
        let signed = Array("GET \(path)\n\(owner)\n\(expires)".utf8)
        return ContentHash(digest: HMAC<SHA256>.authenticationCode(for: signed, using: key)).text
    }

    private func standingKey() throws(StoreError) -> SymmetricKey? {
        if let key = known.withLock({ $0 }) { return key }
        guard let record = try LinkKey.read(store) else { return nil }
        let key = SymmetricKey(data: record.bytes)
        known.withLock { $0 = key }
        return key
    }

    /// Made if there is none. Whoever is first, and whatever became of our own write: what stands there counts.
    private func key() async throws(StoreError) -> SymmetricKey {
        if let key = try standingKey() { return key }
        let record = LinkKey(from: random, createdAt: clock.now())
        let outcome = await store.write(
            RecordWrite(
                key: Keys.linkKey, expected: .absent, header: RecordCoding.header(of: record),
                body: try RecordCoding.body(of: record)))
        if case .refused(let error) = outcome { throw error }
        guard let key = try standingKey() else {
            throw StoreError(.io, "the key that links are signed with could not be written")
        }
        return key
    }
}
