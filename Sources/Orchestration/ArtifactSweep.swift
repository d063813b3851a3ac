import JobModel

/// Removes artifacts that no record names, in two passes that lie apart: one condemns, a later one removes what is
/// condemned and unreferenced still. See ``ArtifactOrder`` for why nothing goes that somebody is about to name.
///
/// Memory is bounded: 32 bytes a referenced artifact (about 64 with the set's free room), at most
/// ``Settings/maximumHashes`` of them; beyond, the artifacts are judged in several rounds, each over a part of the
/// hashes, and the records are read once for each.
public struct ArtifactSweep: Sendable {
    public struct Settings: Sendable {
        /// How long an artifact must have been untouched before it is condemned, in milliseconds. Longer than the longest
        /// delivery (75 h), so that a snapshot never finds its pictures gone.
        public var age: Milliseconds = 80 * 3_600_000
        /// How long it stays condemned before it is removed. Longer than any write waits.
        public var grace: Milliseconds = 3_600_000
        public var maximumHashes = 1 << 20
        public var pageSize = 256

        public init() {}
    }

    public struct Report: Hashable, Sendable {
        public var artifacts = 0
        public var condemned = 0
        public var spared = 0
        public var removed = 0
        public var removedBytes = 0
        /// How often the records were read.
        public var rounds = 0
    }

    private let store: any KeyValueStore & ArtifactStore
    private let clock: any EngineClock
    private let settings: Settings

    public init(
        store: any KeyValueStore & ArtifactStore, clock: any EngineClock, settings: Settings = Settings()
    ) {
        self.store = store
        self.clock = clock
        self.settings = settings
    }

    /// One pass over the whole store. Cancellation ends it between two pages; what is done then stays done.
    /// - Parameter referenced: the artifacts that a record, or a tombstone's body, names. Called for every record of the
    ///   store, whatever its kind; throws for one that it does not know or cannot decode, which ends the sweep.
    /// - Throws: what `referenced` threw, and the store's errors: `corrupt` if any record is damaged. Then nothing more is
    ///   condemned or removed, because what the record names is not known.
    public func run(_ referenced: (StoredRecord) throws -> [ContentHash]) async throws -> Report {
        var report = Report()
        var part: HashSet? = HashSet(from: .lowest, maximum: settings.maximumHashes)
        while var hashes = part {
            // Before the records are read: who was condemned by now and is not named by what is read can go.
            let begin = clock.now()
            try await collect(into: &hashes, referenced)
            try await judge(hashes, begin, &report)
            report.rounds += 1
            part = hashes.next
        }
        return report
    }

    private func collect(
        into hashes: inout HashSet, _ referenced: (StoredRecord) throws -> [ContentHash]
    ) async throws {
        var after: StoreKey?
        while true {
            try Task.checkCancellation()
            let page = try await store.records(StoreKey(), after: after, limit: settings.pageSize)
            guard let last = page.last else { return }
            for record in page {
                for hash in try referenced(record) { hashes.insert(HashBytes(hash)) }
            }
            after = last.key
        }
    }

    private func judge(_ hashes: HashSet, _ begin: Milliseconds, _ report: inout Report) async throws {
        var after: ArtifactName?
        while true {
            try Task.checkCancellation()
            let page = try await store.artifacts(
                after: after, limit: min(settings.pageSize, ArtifactLimits.maximumOrders))
            guard let last = page.last else { return }
            let inside = page.filter { hashes.covers(HashBytes($0.name.hash)) }
            report.artifacts += inside.count
            let orders = inside.compactMap { artifact in
                order(artifact, isReferenced: hashes.contains(HashBytes(artifact.name.hash)), begin).map {
                    (order: $0, bytes: artifact.bytes)
                }
            }
            if !orders.isEmpty {
                let done = try await store.carryOut(orders.map(\.order))
                for (entry, isDone) in zip(orders, done) where isDone { report.count(entry.order, entry.bytes) }
            }
            after = last.name
        }
    }

    private func order(_ artifact: ArtifactSummary, isReferenced: Bool, _ begin: Milliseconds) -> ArtifactOrder? {
        if isReferenced { return artifact.condemnedAt == nil ? nil : .spare(artifact.name) }
        let latest = begin - settings.grace
        if let condemnedAt = artifact.condemnedAt {
            return condemnedAt < latest ? .remove(artifact.name, condemnedBefore: latest) : nil
        }
        let untouchedSince = begin - settings.age
        guard artifact.touchedAt < untouchedSince else { return nil }
        return .condemn(artifact.name, now: begin, untouchedSince: untouchedSince)
    }
}

extension ArtifactSweep.Report {
    fileprivate mutating func count(_ order: ArtifactOrder, _ bytes: Int) {
        switch order {
        case .condemn: condemned += 1
        case .spare: spared += 1
        case .remove:
            removed += 1
            removedBytes += bytes
        }
    }
}
