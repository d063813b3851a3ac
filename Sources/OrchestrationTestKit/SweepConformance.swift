import JobModel
import Orchestration

/// Lists of artifacts, and the two steps that remove one.
struct SweepConformance {
    let subject: KeyValueStoreConformance.Subject
    private var store: any KeyValueStore & ArtifactStore { subject.store }
    /// Before and after everything that happens here.
    private let past: Milliseconds = 1
    private let future: Milliseconds = 1 << 50

    /// A small one, the largest small one, a large one.
    private static let sizes = [10, 256 * 1024, 300_000]

    func listsArtifacts() async throws {
        var stored: [ArtifactName: Int] = [:]
        for owner in ["b", "a", "a.", "a-b"] {
            for (index, size) in Self.sizes.enumerated() {
                let artifact = try Artifact(
                    owner: OwnerID(owner), bytes: [UInt8](repeating: UInt8(index), count: size))
                try await store.store(artifact)
                stored[ArtifactName(owner: artifact.owner, hash: artifact.hash)] = size
            }
        }
        for limit in [1, 2, 5, 100] {
            let lines = try await list(pages: limit)
            try requireEqual(lines.map(\.name), stored.keys.sorted(), "the names in pages of \(limit)")
            try require(
                lines.allSatisfy { stored[$0.name] == $0.bytes && $0.condemnedAt == nil && $0.touchedAt > past },
                "a line is wrong: \(lines)")
        }
        let none = try await store.artifacts(after: nil, limit: 0)
        try requireEqual(none, [], "a page of nothing")
    }

    /// - Parameter size: of the artifact, in bytes.
    func removesWhatStaysCondemned(size: Int) async throws {
        let artifact = Artifact(owner: .local, bytes: [UInt8](repeating: 7, count: size))
        let name = ArtifactName(owner: artifact.owner, hash: artifact.hash)
        try await store.store(artifact)
        try await mustDo(
            [false, false],
            [
                .condemn(name, now: 5, untouchedSince: past), .remove(name, condemnedBefore: future),
            ])
        try await mustDo(
            [true, false],
            [
                .condemn(name, now: 5, untouchedSince: future), .condemn(name, now: 6, untouchedSince: future),
            ])
        try require(try !store.hasArtifact(name.hash, owner: name.owner), "what is condemned can be relied on")
        let bytes = try await store.artifact(name.hash, owner: name.owner)
        try require(bytes == artifact.bytes, "what is condemned cannot be read")
        try requireEqual(try await list(pages: 9).map(\.condemnedAt), [5], "since when it is condemned")
        try await mustDo([false], [.remove(name, condemnedBefore: 5)])
        let reopened = try await subject.reopen()
        let done = try await reopened.carryOut([.remove(name, condemnedBefore: 6)])
        try requireEqual(done, [true], "removing what has been condemned for long")
        let gone = try await reopened.artifact(name.hash, owner: name.owner)
        try require(gone == nil, "the removed artifact is still there")
        let again = try await reopened.carryOut([
            .remove(name, condemnedBefore: future), .spare(name), .condemn(name, now: 7, untouchedSince: future),
        ])
        try requireEqual(again, [false, false, false], "orders about what is gone")
        try await reopened.store(artifact)
        try require(reopened.hasArtifact(name.hash, owner: name.owner), "what was removed cannot be stored again")
    }

    /// Alone, with a record, or by being spared; each for small ones and files.
    func sparesWhatIsStoredAgain() async throws {
        for (round, artifact) in artifacts().enumerated() {
            let name = ArtifactName(owner: artifact.owner, hash: artifact.hash)
            try await store.store(artifact)
            for way in 0..<3 {
                try await mustDo([true], [.condemn(name, now: 5, untouchedSince: future)])
                switch way {
                case 0: try await store.store(artifact)
                case 1: try await store.mustCommit(StoreKey("names", "\(round)"), attaching: [artifact])
                default: try await mustDo([true, false], [.spare(name), .spare(name)])
                }
                try require(store.hasArtifact(name.hash, owner: name.owner), "way \(way) did not spare the artifact")
                try await mustDo([false], [.remove(name, condemnedBefore: future)])
                let line = try await list(pages: 9).first { $0.name == name }
                try require((line?.touchedAt ?? 0) > past && line?.condemnedAt == nil, "not touched: \(line as Any)")
            }
            try await mustDo([true], [.condemn(name, now: 5, untouchedSince: future)])
            try await store.mustConflict(StoreKey("names", "\(round)"), expecting: .absent, attaching: [artifact])
            try require(
                try !store.hasArtifact(name.hash, owner: name.owner), "a write that conflicted spared its attachment")
        }
    }

    func boundsOrders() async throws {
        let name = ArtifactName(owner: .local, hash: ContentHash(of: [1]))
        let none = try await store.carryOut([])
        try requireEqual(none, [], "no orders")
        let most = try await store.carryOut(Array(repeating: .spare(name), count: ArtifactLimits.maximumOrders))
        try requireEqual(most.count, ArtifactLimits.maximumOrders, "answers")
        do {
            _ = try await store.carryOut(Array(repeating: .spare(name), count: ArtifactLimits.maximumOrders + 1))
            throw ConformanceFailure("more orders than the limit were taken")
        } catch let error as StoreError {
            try requireEqual(error.code, .tooLarge, "the error for too many orders")
        }
    }

    func readsWholeRecordsInPages() async throws {
        for index in 0..<25 {
            try await store.mustCommit(StoreKey("job", "\(index)"), [UInt8](repeating: 1, count: index * 100))
        }
        try await store.mustCommit(StoreKey("job", "gone"), tombstone: true)
        try await store.mustCommit(StoreKey("other"))
        for limit in [1, 7, 100] {
            var found: [StoredRecord] = []
            while true {
                let page = try await store.records(StoreKey("job"), after: found.last?.key, limit: limit)
                try require(page.count <= limit, "a page of \(page.count) instead of \(limit)")
                if page.isEmpty { break }
                found += page
            }
            let lines = try await store.scan(StoreKey("job"), after: nil, limit: 100)
            try requireEqual(found.map(\.key), lines.map(\.key), "the keys in pages of \(limit)")
            for record in found { try requireEqual(record, try store.mustGet(record.key), "a record of the page") }
        }
    }

    private func artifacts() -> [Artifact] {
        Self.sizes.map { Artifact(owner: .local, bytes: [UInt8](repeating: 7, count: $0)) }
    }

    private func mustDo(
        _ expected: [Bool], _ orders: [ArtifactOrder], file: String = #fileID, line: Int = #line
    ) async throws {
        let done = try await store.carryOut(orders)
        try requireEqual(done, expected, "the orders done", file: file, line: line)
    }

    private func list(pages limit: Int) async throws -> [ArtifactSummary] {
        var found: [ArtifactSummary] = []
        while true {
            let page = try await store.artifacts(after: found.last?.name, limit: limit)
            try require(page.count <= limit, "a page of \(page.count) instead of \(limit)")
            if page.isEmpty { return found }
            found += page
        }
    }
}
