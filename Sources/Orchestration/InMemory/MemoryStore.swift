import JobModel
import Threads

/// The in-memory twin of a durable store: the same limits, checks and outcomes, nothing kept beyond the process.
///
/// For tests and trials. Give the same instance to several roles to stand for one directory.
public final class MemoryStore: KeyValueStore, Sendable {
    private let state = Locked(State())
    /// Tells when an artifact was touched.
    let clock: any EngineClock
    /// Held while watchers are told, which must not happen under `state`: a termination handler runs under the canceled
    /// task's own lock and takes `state`, and telling may want that task's lock.
    private let told = Locked(Revision.zero)

    struct State {
        var records: [StoreKey: StoredRecord] = [:]
        var artifacts: [ArtifactName: Kept] = [:]
        var revision = Revision.zero
        var watchers: [UInt64: Watcher] = [:]
        var lastWatcher: UInt64 = 0
        /// The newest changes, oldest first: one for each revision.
        var log: ArraySlice<StoreKey> = []
        var isClosed = false

        /// Takes the next revision for a change at `key`.
        mutating func log(_ key: StoreKey) {
            revision = Revision(revision.number + 1)
            log.append(key)
            guard log.count > 2 * MemoryStore.changesRemembered else { return }
            log = ArraySlice(Array(log.suffix(MemoryStore.changesRemembered)))
        }
    }

    struct Kept: Sendable {
        let bytes: [UInt8]
        var touchedAt: Milliseconds
        var condemnedAt: Milliseconds?
    }

    struct Watcher {
        let prefix: StoreKey
        let continuation: AsyncStream<Revision>.Continuation
    }

    private static let changesRemembered = 65_536

    public init(clock: any EngineClock = SystemClock()) { self.clock = clock }

    /// Ends the watchers' streams. Later calls get `closed`.
    public func close() {
        let watchers = state.withLock { state in
            state.isClosed = true
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.continuation.finish() }
    }

    public func get(_ key: StoreKey) throws(StoreError) -> StoredRecord? {
        try key.checkLimits()
        return try whileOpen { $0.records[key] }
    }

    public func write(_ write: RecordWrite) async -> WriteOutcome {
        do throws(StoreError) {
            try write.checkLimits()
            let now = clock.now()
            return try change { Self.apply(write, to: &$0, now: now) }
        } catch {
            return .refused(error)
        }
    }

    public func purge(_ key: StoreKey, expected: Revision) async -> WriteOutcome {
        do throws(StoreError) {
            try key.checkLimits()
            return try change { Self.purge(key, expected: expected, in: &$0) }
        } catch {
            return .refused(error)
        }
    }

    private typealias Change = (outcome: WriteOutcome, news: [AsyncStream<Revision>.Continuation])

    /// Changes the state and tells the watchers that `body` names.
    private func change(_ body: (inout State) -> Change) throws(StoreError) -> WriteOutcome {
        try told.withLock { told throws(StoreError) in
            let (outcome, news) = try whileOpen { body(&$0) }
            guard case .committed(let revision) = outcome else { return outcome }
            told = revision
            for watcher in news { watcher.yield(told) }
            return outcome
        }
    }

    public func scan(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [RecordSummary] {
        try await records(prefix, after: after, limit: limit).map {
            RecordSummary(key: $0.key, revision: $0.revision, header: $0.header, isTombstone: $0.isTombstone)
        }
    }

    public func records(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [StoredRecord] {
        try after?.checkPrefix()
        let inside = try whileOpen { state in
            state.records.values.filter { record in
                record.key.hasPrefix(prefix) && after.map { $0 < record.key } ?? true
            }
        }
        return Array(inside.sorted { $0.key < $1.key }.prefix(max(0, limit)))
    }

    public func latestRevision() throws(StoreError) -> Revision {
        try whileOpen { $0.revision }
    }

    public func changes(_ prefix: StoreKey, after: Revision, limit: Int) throws(StoreError) -> StoreChanges {
        try whileOpen { state in
            let newest = state.revision
            guard after <= newest else { return StoreChanges(upTo: newest, changed: nil) }
            let count = Int(clamping: newest.number - after.number)
            guard count <= min(limit, state.log.count) else { return StoreChanges(upTo: newest, changed: nil) }
            var changed: [StoreKey: Revision] = [:]
            for (index, key) in state.log.suffix(count).enumerated() where key.hasPrefix(prefix) {
                changed[key] = Revision(after.number + UInt64(index) + 1)
            }
            return StoreChanges(upTo: newest, changed: changed)
        }
    }

    public func watch(_ prefix: StoreKey) -> AsyncStream<Revision> {
        let (stream, continuation) = AsyncStream.makeStream(of: Revision.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state -> UInt64? in
            guard !state.isClosed else { return nil }
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = Watcher(prefix: prefix, continuation: continuation)
            return state.lastWatcher
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { state in state.watchers[id] = nil }
        }
        return stream
    }

    func whileOpen<Result: Sendable>(_ body: (inout State) -> Result) throws(StoreError) -> Result {
        let result = state.withLock { state in state.isClosed ? nil : body(&state) }
        guard let result else { throw StoreError(.closed, "the store was shut down") }
        return result
    }

    private static func apply(_ write: RecordWrite, to state: inout State, now: Milliseconds) -> Change {
        let standing = state.records[write.key]
        let isExpected: Bool =
            switch write.expected {
            case .absent: standing?.isTombstone ?? true
            case .revision(let revision): standing?.revision == revision
            }
        guard isExpected else { return (.conflict, []) }
        state.log(write.key)
        state.records[write.key] = StoredRecord(
            key: write.key, revision: state.revision, header: write.header, body: write.body,
            isTombstone: write.isTombstone)
        for attachment in write.attachments { state.keep(attachment, now: now) }
        return (.committed(state.revision), watchers(of: write.key, in: state))
    }

    private static func purge(_ key: StoreKey, expected: Revision, in state: inout State) -> Change {
        guard let standing = state.records[key], standing.isTombstone, standing.revision == expected else {
            return (.conflict, [])
        }
        state.log(key)
        state.records[key] = nil
        return (.committed(state.revision), watchers(of: key, in: state))
    }

    private static func watchers(of key: StoreKey, in state: State) -> [AsyncStream<Revision>.Continuation] {
        state.watchers.values.filter { key.hasPrefix($0.prefix) }.map(\.continuation)
    }
}
