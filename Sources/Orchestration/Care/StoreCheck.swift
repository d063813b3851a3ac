import JobModel

/// What is wrong with a store, at one place.
public struct StoreFinding: Hashable, Sendable, Codable {
    /// The record's key, or the artifact's hash.
    public let at: String
    public let problem: String

    public init(at: String, problem: String) {
        self.at = at
        self.problem = problem
    }
}

/// Reads everything in a store once: each record's header and body, each artifact's bytes against its hash, and that
/// what the records name is there; each owner's balance against the lines of the ledger.
///
/// Other processes may write meanwhile: what they add is checked or not. Memory: 64 bytes an artifact, up to a million;
/// beyond, some are read twice.
public struct StoreCheck {
    public struct Summary: Hashable, Sendable, Codable {
        public var records = 0
        public var tombstones = 0
        public var artifacts = 0
        public var artifactBytes = 0
        public var faults = 0
    }

    private static let pageSize = 256

    private let store: any KeyValueStore & ArtifactStore
    private let report: (StoreFinding) -> Void
    private var sound = HashSet(from: .lowest, maximum: 1 << 20)
    private var summary = Summary()

    /// - Parameter report: told of each fault as it is found.
    /// - Throws: when the store cannot be read at all.
    public static func run(
        _ store: any KeyValueStore & ArtifactStore, report: @escaping (StoreFinding) -> Void
    ) async throws(StoreError) -> Summary {
        var check = StoreCheck(store: store, report: report)
        try await check.checkRecords()
        try await check.checkArtifacts()
        return check.summary
    }

    private init(store: any KeyValueStore & ArtifactStore, report: @escaping (StoreFinding) -> Void) {
        self.store = store
        self.report = report
    }

    private mutating func checkRecords() async throws(StoreError) {
        var after: StoreKey?
        while true {
            let page = try await store.scan(StoreKey(), after: after, limit: Self.pageSize)
            guard let last = page.last else { return }
            for line in page { await check(line) }
            after = last.key
        }
    }

    private mutating func check(_ line: RecordSummary) async {
        summary.records += 1
        if line.isTombstone { summary.tombstones += 1 }
        do throws(StoreError) {
            // Gone since the scan: a tombstone that was purged.
            guard let stored = try store.get(line.key) else { return }
            if let named = try RecordReferences(stored) {
                for (word, hash) in named.required { await check(word, hash, named.owner, of: line.key) }
            }
            if stored.header.kind == RecordKind.account.rawValue, let owner = Keys.account(at: line.key) {
                for problem in try await AccountCheck(store: store).problems(of: owner) {
                    fault(line.key.description, problem)
                }
            }
        } catch {
            fault(line.key.description, error.message)
        }
    }

    private mutating func check(_ word: String, _ hash: ContentHash, _ owner: OwnerID, of key: StoreKey) async {
        do throws(StoreError) {
            if try await read(hash, owner) == nil {
                fault(key.description, "its \(word) \(hash) is not in the store")
            } else {
                if owner == .local { sound.insert(HashBytes(hash)) }
            }
        } catch {
            fault(key.description, "its \(word): \(error.message)")
        }
    }

    private func read(_ hash: ContentHash, _ owner: OwnerID) async throws(StoreError) -> Int? {
        try await store.artifact(hash, owner: owner)?.count
    }

    private mutating func checkArtifacts() async throws(StoreError) {
        var after: ArtifactName?
        while true {
            let page = try await store.artifacts(after: after, limit: Self.pageSize)
            guard let last = page.last else { return }
            for artifact in page {
                summary.artifacts += 1
                summary.artifactBytes += artifact.bytes
                // Only the usual owner's are remembered: two owners may hold the same bytes.
                if artifact.name.owner == .local, sound.contains(HashBytes(artifact.name.hash)) { continue }
                do throws(StoreError) {
                    _ = try await read(artifact.name.hash, artifact.name.owner)
                } catch {
                    fault(artifact.name.description, error.message)
                }
            }
            after = last.name
        }
    }

    private mutating func fault(_ place: String, _ problem: String) {
        summary.faults += 1
        report(StoreFinding(at: place, problem: problem))
    }
}
