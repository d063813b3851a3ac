import JobModel
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

/// A clock that stands still until it is told.
private final class StandingClock: EngineClock {
    private let time: Locked<Milliseconds>

    init(_ now: Milliseconds) { time = Locked(now) }

    func advance(_ length: Milliseconds) { time.withLock { $0 += length } }
    func now() -> Milliseconds { time.withLock { $0 } }
    func wall() -> Milliseconds { now() }
    func sleep(until instant: Milliseconds) async {}
}

@Suite struct ArtifactSweepTests {
    private static let hour: Milliseconds = 3_600_000
    private let clock = StandingClock(1_000 * ArtifactSweepTests.hour)

    private struct Unknown: Error {}

    /// The records of these tests name the artifacts that their bodies spell.
    private static func named(_ record: StoredRecord) throws -> [ContentHash] {
        guard record.header.kind == 1 else { throw Unknown() }
        return try String(decoding: record.body, as: UTF8.self).split(separator: " ").map {
            try ContentHash(String($0))
        }
    }

    private func artifact(_ number: Int) -> Artifact {
        Artifact(owner: .local, bytes: Array("artifact \(number)".utf8))
    }

    private func name(
        _ artifacts: [Artifact], at key: String, in store: any KeyValueStore, kind: UInt8 = 1, attaching: Bool = false,
        tombstone: Bool = false
    ) async {
        let body = Array(artifacts.map(\.hash.text).joined(separator: " ").utf8)
        let outcome = await store.write(
            RecordWrite(
                key: StoreKey(key), expected: .absent, header: RecordHeader(kind: kind, state: 1, format: 1),
                body: body, isTombstone: tombstone, attachments: attaching ? artifacts : []))
        guard case .committed = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    private func sweep(
        _ store: any KeyValueStore & ArtifactStore, maximumHashes: Int = 1_000
    ) async throws -> ArtifactSweep.Report {
        var settings = ArtifactSweep.Settings()
        settings.maximumHashes = maximumHashes
        settings.pageSize = 7
        return try await ArtifactSweep(store: store, clock: clock, settings: settings).run(Self.named)
    }

    @Test func removesOnlyWhatIsOldAndNobodyNames() async throws {
        let store = MemoryStore(clock: clock)
        for number in 0..<40 { try await store.store(artifact(number)) }
        await name((0..<10).map(artifact), at: "live", in: store)
        await name((10..<12).map(artifact), at: "tombstone", in: store, tombstone: true)
        clock.advance(79 * Self.hour)
        try await store.store(artifact(12))
        #expect(try await sweep(store).condemned == 0)
        clock.advance(2 * Self.hour)
        #expect(try await sweep(store).condemned == 27)
        #expect(try store.hasArtifact(artifact(20).hash, owner: .local) == false)
        #expect(try await sweep(store).removed == 0, "nothing goes before the grace is over")
        clock.advance(2 * Self.hour)
        let report = try await sweep(store)
        #expect(report.removed == 27 && report.removedBytes == (13..<40).reduce(0) { $0 + artifact($1).bytes.count })
        let left = try await store.artifacts(after: nil, limit: 100).map(\.name.hash)
        #expect(Set(left) == Set((0..<13).map { artifact($0).hash }))
    }

    /// More referenced artifacts than the sweep keeps in memory: the outcome is the same.
    @Test(arguments: [2, 3, 16, 64]) func boundsItsMemoryByRounds(maximum: Int) async throws {
        let store = MemoryStore(clock: clock)
        for number in 0..<100 { try await store.store(artifact(number)) }
        for number in stride(from: 0, to: 100, by: 2) { await name([artifact(number)], at: "\(number)", in: store) }
        clock.advance(81 * Self.hour)
        let first = try await sweep(store, maximumHashes: maximum)
        #expect(first.condemned == 50 && first.artifacts == 100)
        #expect(first.rounds >= 50 / maximum)
        clock.advance(2 * Self.hour)
        #expect(try await sweep(store, maximumHashes: maximum).removed == 50)
        for number in 0..<100 {
            #expect(try store.hasArtifact(artifact(number).hash, owner: .local) == number.isMultiple(of: 2))
        }
    }

    @Test func removesNothingBesideARecordThatItDoesNotKnow() async throws {
        let store = MemoryStore(clock: clock)
        try await store.store(artifact(1))
        clock.advance(81 * Self.hour)
        _ = try await sweep(store)
        clock.advance(2 * Self.hour)
        await name([], at: "of a newer Darkroom", in: store, kind: 99)
        await #expect(throws: Unknown.self) { try await sweep(store) }
        #expect(try await store.artifact(artifact(1).hash, owner: .local) != nil)
    }

    /// A record names the artifact between the reading of the records and the order to remove or condemn it.
    @Test(arguments: [1, 2]) func spareWhatIsNamedWhileItSweeps(order: Int) async throws {
        let memory = MemoryStore(clock: clock)
        let artifact = artifact(1)
        try await memory.store(artifact)
        clock.advance(81 * Self.hour)
        let store = FaultInjectingStore(memory) { number, _ in
            number == order ? [.before { await name([artifact], at: "late", in: memory, attaching: true) }] : []
        }
        _ = try await sweep(store)
        clock.advance(2 * Self.hour)
        _ = try await sweep(store)
        clock.advance(2 * Self.hour)
        _ = try await sweep(store)
        #expect(try memory.get(StoreKey("late")) != nil)
        #expect(try memory.hasArtifact(artifact.hash, owner: .local))
    }

    /// The record relied on the artifact before it was condemned, and is committed after: the next sweep sees it.
    @Test func liftsWhatWasCondemnedAsItWasNamed() async throws {
        let store = MemoryStore(clock: clock)
        try await store.store(artifact(1))
        clock.advance(81 * Self.hour)
        #expect(try await sweep(store).condemned == 1)
        await name([artifact(1)], at: "late", in: store)
        clock.advance(2 * Self.hour)
        #expect(try await sweep(store).spared == 1)
        #expect(try store.hasArtifact(artifact(1).hash, owner: .local))
    }
}
