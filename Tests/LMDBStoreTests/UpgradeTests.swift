import CLMDB
import JobModel
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

@testable import LMDBStore

#if canImport(Glibc)
import Glibc
#endif

/// Stores of format 1, roles, and looking without touching.
@Suite struct UpgradeTests {
    private static let artifact = Artifact(owner: .local, bytes: [1, 2, 3])
    private static let future: Milliseconds = 1 << 50

    /// A store as the first format left it: no role, no `condemned` database.
    private func makeOldStore(kind: RecordKind?) async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let store = try LMDBStore.open(directory.store)
        if let kind {
            let header = RecordHeader(kind: kind.rawValue, state: 1, format: 1)
            let write = RecordWrite(key: StoreKey("a"), expected: .absent, header: header, body: [7])
            #expect(await store.write(write).revision == Revision(1))
        }
        try await store.store(Self.artifact)
        await store.close()
        try rewrite("meta", in: directory.store) { _, value in
            value.replaceSubrange(8..<16, with: [1, 0, 0, 0, 0, 0, 0, 0])
            let checksum = Checksum.of(Array(value[..<48]))
            value.replaceSubrange(48..., with: withUnsafeBytes(of: checksum.littleEndian) { Array($0) })
        }
        try dropDatabase("condemned", in: directory.store)
        return directory
    }

    private func open(_ directory: TemporaryDirectory, _ change: (inout LMDBStore.Options) -> Void) throws -> LMDBStore
    {
        var options = LMDBStore.Options()
        change(&options)
        return try LMDBStore.open(directory.store, options: options)
    }

    private func code(_ directory: TemporaryDirectory, _ change: (inout LMDBStore.Options) -> Void) -> StoreError.Code?
    {
        let error = #expect(throws: StoreError.self) { try open(directory, change) }
        return error?.code
    }

    @Test func takesAnOlderFormatUp() async throws {
        let directory = try await makeOldStore(kind: .job)
        let before = try open(directory) { $0.isReadOnly = true }
        #expect(try before.get(StoreKey("a"))?.body == [7])
        #expect(try before.hasArtifact(Self.artifact.hash, owner: .local))
        #expect(try await before.artifacts(after: nil, limit: 9).map(\.condemnedAt) == [nil])
        await before.close()
        let store = try open(directory) { $0.role = .control }
        #expect(try store.get(StoreKey("a"))?.body == [7])
        #expect(try store.latestRevision() == Revision(1))
        let name = ArtifactName(owner: .local, hash: Self.artifact.hash)
        #expect(try await store.carryOut([.condemn(name, now: 1, untouchedSince: Self.future)]) == [true])
        await store.close()
        #expect(code(directory) { $0.role = .worker } == .wrongRole)
        let again = try open(directory) { $0.role = .control }
        #expect(try again.hasArtifact(Self.artifact.hash, owner: .local) == false)
        await again.close()
    }

    @Test(arguments: [(RecordKind.run, StoreRole.worker), (.job, .control), (.archivedJob, .control)])
    func knowsAnOlderStoreByWhatItHolds(kind: RecordKind, role: StoreRole) async throws {
        let directory = try await makeOldStore(kind: kind)
        #expect(code(directory) { $0.role = role == .worker ? .control : .worker } == .wrongRole)
        await (try open(directory) { $0.role = role }).close()
    }

    @Test func belongsToTheRoleThatOpenedItFirst() async throws {
        let directory = try await makeOldStore(kind: nil)
        await (try open(directory) { $0.role = .worker }).close()
        #expect(code(directory) { $0.role = .control } == .wrongRole)
        #expect(code(directory) { ($0.role, $0.isReadOnly) = (.control, true) } == .wrongRole)
        await (try open(directory) { $0.isReadOnly = true }).close()
    }

    @Test func makesNothingWhereThereMustBeAStore() throws {
        let directory = try TemporaryDirectory()
        #expect(code(directory) { $0.mustExist = true } == .noStore)
        #expect(code(directory) { $0.isReadOnly = true } == .noStore)
        #expect(TemporaryDirectory.names(in: directory.path).isEmpty)
        mkdir(directory.store, 0o700)
        #expect(code(directory) { $0.mustExist = true } == .noStore)
        #expect(TemporaryDirectory.names(in: directory.store).isEmpty)
    }

    @Test func looksBesideOneThatHoldsItAlone() async throws {
        let directory = try TemporaryDirectory()
        let probe = try Probe("serve", directory.store, "exclusive")
        #expect(try await probe.line() != nil)
        #expect(code(directory) { _ in } == .inUse)
        let store = try open(directory) { $0.isReadOnly = true }
        let before = try store.latestRevision()
        #expect(await store.write(RecordWrite(StoreKey("mine"))).refusal == .readOnly)
        await #expect(throws: StoreError.self) { try await store.store(Self.artifact) }
        #expect(try store.latestRevision() == before)
        await store.close()
    }

    /// A touch is written at most once an hour; one from the future counts as old.
    @Test(arguments: [100, 300_000]) func touchesAtMostOnceAnHour(size: Int) async throws {
        let now = Locked<Int64>(1_900_000_000_000)
        var options = LMDBStore.Options()
        options.now = { now.withLock { $0 } }
        let artifact = Artifact(owner: .local, bytes: [UInt8](repeating: 1, count: size))
        try await withStore(options: options) { store, _ async throws in
            let hour = ArtifactLimits.touchPrecision
            var touches: [Milliseconds] = []
            for step in [0, hour - 1, 1, hour - 1, -3 * hour] {
                now.withLock { $0 += step }
                try await store.store(artifact)
                touches.append(try await store.artifacts(after: nil, limit: 1)[0].touchedAt - 1_900_000_000_000)
            }
            // The first touch of a file is the file system's own.
            #expect(touches[1...] == [size > 256 * 1024 ? touches[1] : 0, hour, hour, -hour - 1])
        }
    }
}
