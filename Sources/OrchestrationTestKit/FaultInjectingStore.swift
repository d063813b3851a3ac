import JobModel
import Orchestration
import Threads

/// What a ``FaultInjectingStore`` does with one durable operation.
public enum StoreFault: Sendable {
    /// Runs before the operation reaches the store (a crash here loses it); the operation goes on when it returns. May
    /// wait for an event of the test: that is how a write is delayed.
    case before(@Sendable () async -> Void)
    /// Runs when the operation is durable and nobody has been told (a crash here leaves it written but unacknowledged).
    case after(@Sendable () async -> Void)
    /// Answers `conflict` without asking the store. For an artifact: an `io` error.
    case conflict
    /// Answers `refused` (an artifact: throws) without asking the store.
    case refused(StoreError)
    /// Answers `unknown` (an artifact: throws `io`), having written or not. If the store did not commit, its own answer
    /// is hidden all the same.
    case unknown(written: Bool)
}

/// A store that counts its durable operations and fails as the test's script says. Reads pass through.
///
/// Operations are record writes, purges, artifacts stored by themselves and orders about them, numbered from 1 in the order of their arrival. To
/// crash at every commit of a history, run it once to learn ``operations``, then again for each number with a script
/// that kills there.
public final class FaultInjectingStore: KeyValueStore, ArtifactStore, Sendable {
    public enum Operation: Sendable {
        case record(RecordWrite)
        case purge(StoreKey, expected: Revision)
        case artifact(Artifact)
        case orders([ArtifactOrder])
    }

    /// The faults of the operation with this number; none for most.
    public typealias Script = @Sendable (_ number: Int, _ operation: Operation) -> [StoreFault]

    private let store: any KeyValueStore & ArtifactStore
    private let script: Script
    private let counts = Locked(Counts())

    private struct Counts {
        var operations = 0
        var commits = 0
    }

    public init(_ store: any KeyValueStore & ArtifactStore, script: @escaping Script = { _, _ in [] }) {
        self.store = store
        self.script = script
    }

    /// Faults at one operation only.
    public convenience init(
        _ store: any KeyValueStore & ArtifactStore, at number: Int, _ faults: StoreFault...
    ) {
        self.init(store) { arrived, _ in arrived == number ? faults : [] }
    }

    /// How many durable operations have arrived.
    public var operations: Int { counts.withLock { $0.operations } }

    /// How many record writes and purges the store committed, told or not.
    public var commits: Int { counts.withLock { $0.commits } }

    public func write(_ write: RecordWrite) async -> WriteOutcome {
        await perform(.record(write)) { await self.store.write(write) }
    }

    public func purge(_ key: StoreKey, expected: Revision) async -> WriteOutcome {
        await perform(.purge(key, expected: expected)) { await self.store.purge(key, expected: expected) }
    }

    private func perform(_ operation: Operation, _ body: () async -> WriteOutcome) async -> WriteOutcome {
        let faults = arrive(operation)
        for case .before(let hook) in faults { await hook() }
        switch faults.verdict {
        case .conflict: return .conflict
        case .refused(let error): return .refused(error)
        case .unknown(written: false): return .unknown(Self.lostAnswer)
        case .unknown, .before, .after, nil: break
        }
        let outcome = await body()
        if case .committed = outcome { counts.withLock { $0.commits += 1 } }
        for case .after(let hook) in faults { await hook() }
        if case .unknown = faults.verdict { return .unknown(Self.lostAnswer) }
        return outcome
    }

    public func store(_ artifact: Artifact) async throws(StoreError) {
        try await attempt(.artifact(artifact)) { () async throws(StoreError) in
            try await self.store.store(artifact)
        }
    }

    public func carryOut(_ orders: [ArtifactOrder]) async throws(StoreError) -> [Bool] {
        try await attempt(.orders(orders)) { () async throws(StoreError) in
            try await self.store.carryOut(orders)
        }
    }

    private func attempt<Result: Sendable>(
        _ operation: Operation, _ body: () async throws(StoreError) -> Result
    ) async throws(StoreError) -> Result {
        let faults = arrive(operation)
        for case .before(let hook) in faults { await hook() }
        switch faults.verdict {
        case .conflict, .unknown(written: false): throw Self.lostAnswer
        case .refused(let error): throw error
        case .unknown, .before, .after, nil: break
        }
        let result = try await body()
        for case .after(let hook) in faults { await hook() }
        if case .unknown = faults.verdict { throw Self.lostAnswer }
        return result
    }

    public func get(_ key: StoreKey) throws(StoreError) -> StoredRecord? { try store.get(key) }

    public func scan(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [RecordSummary] {
        try await store.scan(prefix, after: after, limit: limit)
    }

    public func records(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [StoredRecord] {
        try await store.records(prefix, after: after, limit: limit)
    }

    public func artifacts(after: ArtifactName?, limit: Int) async throws(StoreError) -> [ArtifactSummary] {
        try await store.artifacts(after: after, limit: limit)
    }

    public func latestRevision() throws(StoreError) -> Revision { try store.latestRevision() }

    public func changes(_ prefix: StoreKey, after: Revision, limit: Int) throws(StoreError) -> StoreChanges {
        try store.changes(prefix, after: after, limit: limit)
    }

    public func watch(_ prefix: StoreKey) -> AsyncStream<Revision> { store.watch(prefix) }

    public func artifact(_ hash: ContentHash, owner: OwnerID) async throws(StoreError) -> [UInt8]? {
        try await store.artifact(hash, owner: owner)
    }

    public func hasArtifact(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> Bool {
        try store.hasArtifact(hash, owner: owner)
    }

    private static let lostAnswer = StoreError(.io, "the answer was lost (injected)")

    private func arrive(_ operation: Operation) -> [StoreFault] {
        let number = counts.withLock { counts in
            counts.operations += 1
            return counts.operations
        }
        return script(number, operation)
    }
}

extension [StoreFault] {
    /// The first fault that decides the answer.
    fileprivate var verdict: StoreFault? {
        first {
            switch $0 {
            case .conflict, .refused, .unknown: true
            case .before, .after: false
            }
        }
    }
}
