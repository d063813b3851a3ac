import JobModel
import Threads

/// The API keys in a store.
///
/// Nothing is kept in memory but that there are any: a key that another process makes or revokes counts from its next
/// use on. Records of keys are never removed, so that the use of each stays explained; they are made by hand, and few.
public final class APIKeys: Sendable {
    private let store: any KeyValueStore
    private let clock: any EngineClock
    private let random: any RandomSource
    private let isAnyKnown = Locked(false)

    private static let pageSize = 256
    private static let tries = 5

    public init(store: any KeyValueStore, clock: any EngineClock, random: any RandomSource) {
        self.store = store
        self.clock = clock
        self.random = random
    }

    /// Makes a key. Durable when it returns; a crash before that may leave a record of a key that nobody holds.
    /// - Parameters:
    ///   - scopes: at least one.
    ///   - lifetime: from now; nil for one that does not expire.
    ///   - note: at most `APIKeyRecord/maximumNoteCharacters`.
    /// - Returns: its record, and the key itself, which cannot be found out again.
    public func create(
        owner: OwnerID, scopes: Set<AccessScope>, lifetime: Milliseconds? = nil, note: String? = nil
    ) async throws(StoreError) -> (record: APIKeyRecord, key: APIKeyCredential) {
        let key: APIKeyCredential
        do { key = try APIKeyCredential(from: random) } catch { throw StoreError(.io, error.message) }
        let now = clock.now()
        let record = APIKeyRecord(
            id: key.id, owner: owner, scopes: scopes, secretHash: key.secretHash, createdAt: now,
            expiresAt: lifetime.map { now + $0 }, note: note)
        guard try await write(record, over: nil) else {
            throw StoreError(.inUse, "a key of this id is there already; try again")
        }
        return (record, key)
    }

    /// All keys, also those that have ended, in the order of their ids.
    /// - Parameter owner: nil for those of every owner.
    public func list(owner: OwnerID? = nil) async throws(StoreError) -> [APIKeyRecord] {
        var found: [APIKeyRecord] = []
        var after: StoreKey?
        while true {
            let page = try await store.records(Keys.apiKeys, after: after, limit: Self.pageSize)
            guard let last = page.last else { return found }
            for stored in page where !stored.isTombstone {
                let record = try RecordCoding.decode(APIKeyRecord.self, from: stored)
                if owner == nil || record.owner == owner { found.append(record) }
            }
            after = last.key
        }
    }

    /// Nil if there is no such key.
    public func key(_ id: APIKeyID) throws(StoreError) -> APIKeyRecord? { try read(id)?.record }

    /// Ends a key at once; one that has ended already is success.
    /// - Returns: its record; nil if there is no such key.
    public func revoke(_ id: APIKeyID) async throws(StoreError) -> APIKeyRecord? {
        try await change(id) { $0.revoke(now: clock.now()) }
    }

    /// How a rotation ended.
    public enum Rotation: Sendable {
        case made(record: APIKeyRecord, key: APIKeyCredential, replaced: APIKeyRecord)
        /// It has expired, was revoked, or was replaced before: nothing more takes its place.
        case ended(APIKeyRecord)
        case unknown
    }

    /// Makes a key of the same owner and scopes; the old one stays good for `grace`. A crash in between leaves both good
    /// as they are.
    public func rotate(_ id: APIKeyID, grace: Milliseconds) async throws(StoreError) -> Rotation {
        guard let old = try key(id) else { return .unknown }
        let now = clock.now()
        guard old.state(now: now) == .active, old.replacedBy == nil else { return .ended(old) }
        let lifetime = old.expiresAt.map { $0 - old.createdAt }
        let (record, key) = try await create(
            owner: old.owner, scopes: old.scopes, lifetime: lifetime, note: old.note)
        let replaced = try await change(id) { _ = $0.replace(by: record.id, until: now + grace, now: now) }
        // Somebody revoked the old one meanwhile: it has ended, which is all that was wanted of it.
        return .made(record: record, key: key, replaced: replaced ?? old)
    }

    /// Who bears a key.
    /// - Returns: nil for what is no key, for an unknown one, a wrong secret, and one that has ended.
    public func principal(bearing text: String) throws(StoreError) -> Principal? {
        guard let presented = APIKeyCredential(text), let record = try key(presented.id), presented.fits(record),
            record.state(now: clock.now()) == .active
        else { return nil }
        return Principal(owner: record.owner, scopes: record.scopes, keyID: record.id)
    }

    /// Who a key stands for that was shown before.
    /// - Returns: nil for an unknown one and for one that has ended.
    public func principal(of id: APIKeyID) throws(StoreError) -> Principal? {
        guard let record = try key(id), record.state(now: clock.now()) == .active else { return nil }
        return Principal(owner: record.owner, scopes: record.scopes, keyID: record.id)
    }

    /// Whether a key was ever made in this store.
    public func areAny() async throws(StoreError) -> Bool {
        if isAnyKnown.withLock({ $0 }) { return true }
        guard try await !store.scan(Keys.apiKeys, after: nil, limit: 1).isEmpty else { return false }
        isAnyKnown.withLock { $0 = true }
        return true
    }

    private func read(_ id: APIKeyID) throws(StoreError) -> (record: APIKeyRecord, revision: Revision)? {
        guard let stored = try store.get(Keys.apiKey(id)), !stored.isTombstone else { return nil }
        return (try RecordCoding.decode(APIKeyRecord.self, from: stored), stored.revision)
    }

    private func change(
        _ id: APIKeyID, _ body: (inout APIKeyRecord) -> Void
    ) async throws(StoreError) -> APIKeyRecord? {
        for _ in 0..<Self.tries {
            guard let (known, revision) = try read(id) else { return nil }
            var record = known
            body(&record)
            if record == known { return known }
            if try await write(record, over: revision) { return record }
        }
        throw StoreError(.busy, "the key is being changed by others all the while; try again")
    }

    /// - Returns: false if something else stands there.
    private func write(_ record: APIKeyRecord, over revision: Revision?) async throws(StoreError) -> Bool {
        var record = record
        record.writeID = random.next() >> 11
        let outcome = await store.write(
            RecordWrite(
                key: Keys.apiKey(record.id), expected: revision.map { .revision($0) } ?? .absent,
                header: RecordCoding.header(of: record), body: try RecordCoding.body(of: record)))
        switch outcome {
        case .committed: return true
        case .conflict: return false
        case .refused(let error): throw error
        case .unknown(let error):
            guard let written = try read(record.id)?.record, written.writeID == record.writeID else { throw error }
            return true
        }
    }
}

extension APIKeyRecord: StorableRecord {
    public static var kind: RecordKind { .apiKey }
    public var headerState: UInt8 { 0 }
    public var due: Milliseconds? { nil }
}
