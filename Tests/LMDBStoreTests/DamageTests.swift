import CLMDB
import JobModel
import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Bytes that changed behind the store's back.
@Suite struct DamageTests {
    private static let long = String(repeating: "long", count: 50)
    private static let keys = [StoreKey("job", "1"), StoreKey("job", "2", long), StoreKey("job", "3")]

    /// A closed store with three records, each with a body that its key does not contain.
    private func makeStore() async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let store = try LMDBStore.open(directory.store)
        for (index, key) in Self.keys.enumerated() {
            #expect(await store.write(RecordWrite(key, Array("the body of record \(index)".utf8))).revision != nil)
        }
        await store.close()
        return directory
    }

    @Test func namesARecordWhoseBodyIsDamaged() async throws {
        let directory = try await makeStore()
        try rewrite("records", in: directory.store) { _, value in
            if String(decoding: value.suffix(24), as: UTF8.self).hasSuffix("record 1") { value[value.count - 5] ^= 4 }
        }
        let store = try LMDBStore.open(directory.store)
        let error = #expect(throws: StoreError.self) { try store.get(Self.keys[1]) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("job:2:long") == true)
        #expect(try store.get(Self.keys[2])?.body == Array("the body of record 2".utf8))
        let lines = try await store.scan(StoreKey("job"), after: nil, limit: 10)
        #expect(lines.map(\.key) == Self.keys && lines.allSatisfy { !$0.isDamaged })
        // The header is sound, so the record can be mended by compare-and-swap.
        let mended = await store.write(RecordWrite(Self.keys[1], [1], expected: .revision(lines[1].revision)))
        #expect(mended.revision != nil)
        #expect(try store.get(Self.keys[1])?.body == [1])
        await store.close()
    }

    /// Every byte of header and key text in turn, records with a digest in their key included.
    @Test(arguments: [0, 1]) func passesOverARecordWhoseHeaderIsDamaged(record: Int) async throws {
        let directory = try await makeStore()
        let reports = Locked<[StoreError]>([])
        var options = LMDBStore.Options()
        options.report = { error in reports.withLock { $0.append(error) } }
        for offset in 0..<56 {
            try rewrite("records", in: directory.store) { index, value in
                if index == record { value[offset] ^= 1 }
            }
            let store = try LMDBStore.open(directory.store, options: options)
            try await expectDamage(of: Self.keys[record], in: store, reports: reports)
            await store.close()
            try rewrite("records", in: directory.store) { index, value in
                if index == record { value[offset] ^= 1 }
            }
        }
    }

    private func expectDamage(
        of key: StoreKey, in store: LMDBStore, reports: Locked<[StoreError]>
    ) async throws {
        let error = #expect(throws: StoreError.self) { try store.get(key) }
        #expect(error?.code == .corrupt)
        let lines = try await store.scan(StoreKey(), after: nil, limit: 10)
        let found = lines.filter(\.isDamaged).map(\.key)
        let reported = reports.withLock { reports in
            defer { reports = [] }
            return reports.count
        }
        #expect(found == [key] || (found.isEmpty && reported == 1))
        #expect(lines.count { !$0.isDamaged } == 2)
        #expect(await store.write(RecordWrite(key)).refusal == .corrupt)
        #expect(await store.write(RecordWrite(key, expected: .revision(Revision(1)))).refusal == .corrupt)
    }

    @Test func refusesRecordsPutUnderAnotherKey() async throws {
        let directory = try await makeStore()
        var first: [UInt8] = []
        try rewrite("records", in: directory.store) { index, value in
            if index == 0 { first = value }
            if index == 2 { value = first }
        }
        let store = try LMDBStore.open(directory.store)
        let error = #expect(throws: StoreError.self) { try store.get(Self.keys[2]) }
        #expect(error?.code == .corrupt)
        await store.close()
    }

    @Test func refusesANewerFormatAndAnotherProgramsStore() async throws {
        let directory = try await makeStore()
        try rewrite("meta", in: directory.store) { _, value in value[8] += 1 }
        #expect(throws: StoreError.self) { try LMDBStore.open(directory.store) }
        var error = #expect(throws: StoreError.self) { try LMDBStore.open(directory.store) }
        #expect(error?.code == .newerFormat)
        try rewrite("meta", in: directory.store) { _, value in value[8] -= 1 }
        try rewrite("meta", in: directory.store) { _, value in value[32] ^= 1 }
        error = #expect(throws: StoreError.self) { try LMDBStore.open(directory.store) }
        #expect(error?.code == .corrupt)
        try rewrite("meta", in: directory.store) { _, value in value[0] ^= 1 }
        error = #expect(throws: StoreError.self) { try LMDBStore.open(directory.store) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("another program") == true)
    }

    @Test(arguments: [0, 1, 4096, 8192, 12288, 20000, 40000, 77000, 100_000])
    func refusesATruncatedFile(bytes: Int) async throws {
        let directory = try TemporaryDirectory()
        let store = try LMDBStore.open(directory.store)
        for index in 0..<200 {
            _ = await store.write(RecordWrite(StoreKey("\(index)"), [UInt8](repeating: 1, count: 900)))
        }
        await store.close()
        #expect(truncate("\(directory.store)/data.mdb", bytes) == 0)
        let error = #expect(throws: StoreError.self) { try LMDBStore.open(directory.store) }
        #expect(error?.code == .corrupt, "\(error?.message ?? "")")
    }

    /// Pages that were allocated and freed within one transaction at the end of the file are never written.
    @Test func opensAFileThatEndsInPagesNobodyUses() async throws {
        let directory = try await makeStore()
        try appendAndDeleteInOneTransaction(in: directory.store)
        let store = try LMDBStore.open(directory.store)
        #expect(try await store.scan(StoreKey("job"), after: nil, limit: 10).count == 3)
        #expect(await store.write(RecordWrite(StoreKey("job", "4"))).revision != nil)
        await store.close()
    }

    @Test func findsDamagedArtifactsAndMendsThemByStoringAgain() async throws {
        let directory = try TemporaryDirectory()
        var store = try LMDBStore.open(directory.store)
        let small = Artifact(owner: .local, bytes: [UInt8](repeating: 1, count: 1000))
        let large = Artifact(owner: .local, bytes: [UInt8](repeating: 2, count: 300_000))
        for artifact in [small, large] { try await store.store(artifact) }
        await store.close()
        try rewrite("artifacts", in: directory.store) { _, value in value[500] ^= 1 }
        let digits = large.hash.text.prefix(2)
        #expect(truncate("\(directory.store)/artifacts/local/\(digits)/\(large.hash)", 1234) == 0)
        store = try LMDBStore.open(directory.store)
        for artifact in [small, large] {
            let error = await #expect(throws: StoreError.self) {
                try await store.artifact(artifact.hash, owner: .local)
            }
            #expect(error?.code == .corrupt)
            try await store.store(artifact)
            #expect(try await store.artifact(artifact.hash, owner: .local) == artifact.bytes)
        }
        await store.close()
    }
}
