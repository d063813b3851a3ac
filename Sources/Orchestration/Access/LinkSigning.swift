import JobModel
import Threads

/// Where ``SignedLinks`` are had from: a random key stands in the store, and is made when the first link is. Several
/// processes over one store take each other's links.
public final class LinkSigning: Sendable {
    private let store: any KeyValueStore
    private let clock: any EngineClock
    private let random: any RandomSource
    private let found = Locked<SignedLinks?>(nil)

    public init(store: any KeyValueStore, clock: any EngineClock, random: any RandomSource) {
        self.store = store
        self.clock = clock
        self.random = random
    }

    /// To look at a link with: nil where none was made yet. Writes nothing.
    public func standing() throws(StoreError) -> SignedLinks? {
        if let links = found.withLock({ $0 }) { return links }
        guard let key = try LinkKey.read(store) else { return nil }
        let links = SignedLinks(key: key.bytes, clock: clock)
        found.withLock { $0 = links }
        return links
    }

    /// To make links with. Whoever comes first, and whatever became of our own write: the key that stands there counts.
    public func links() async throws(StoreError) -> SignedLinks {
        if let links = try standing() { return links }
        let key = LinkKey(from: random, createdAt: clock.now())
        let outcome = await store.write(
            RecordWrite(
                key: Keys.linkKey, expected: .absent, header: RecordCoding.header(of: key),
                body: try RecordCoding.body(of: key)))
        if case .refused(let error) = outcome { throw error }
        guard let links = try standing() else {
            throw StoreError(.io, "the key that links are signed with could not be written")
        }
        return links
    }
}
