import JobModel
import Orchestration
import Threads

/// Reads of records fail as told; they and passes over headers are counted. All goes to the store behind.
final class FailingReads: KeyValueStore, Sendable {
    let store = MemoryStore()
    let error = Locked<StoreError?>(nil)
    /// Whether the store remembers what has changed.
    let hasMemory = Locked(true)
    private let counts = Locked((reads: 0, scans: 0))

    var reads: Int { counts.withLock { $0.reads } }
    var scans: Int { counts.withLock { $0.scans } }

    func get(_ key: StoreKey) throws(StoreError) -> StoredRecord? {
        counts.withLock { $0.reads += 1 }
        if let error = error.withLock({ $0 }) { throw error }
        return try store.get(key)
    }

    func write(_ write: RecordWrite) async -> WriteOutcome { await store.write(write) }

    func purge(_ key: StoreKey, expected: Revision) async -> WriteOutcome {
        await store.purge(key, expected: expected)
    }

    func scan(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [RecordSummary] {
        counts.withLock { $0.scans += 1 }
        return try await store.scan(prefix, after: after, limit: limit)
    }

    func records(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [StoredRecord] {
        try await store.records(prefix, after: after, limit: limit)
    }

    func latestRevision() throws(StoreError) -> Revision { try store.latestRevision() }

    func changes(_ prefix: StoreKey, after: Revision, limit: Int) throws(StoreError) -> StoreChanges {
        try store.changes(prefix, after: after, limit: hasMemory.withLock { $0 } ? limit : 0)
    }

    func watch(_ prefix: StoreKey) -> AsyncStream<Revision> { store.watch(prefix) }
}
