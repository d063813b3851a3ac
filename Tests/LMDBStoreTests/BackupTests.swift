import JobModel
import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Copies of one moment, and stores made of them.
@Suite struct BackupTests {
    private static let large = Artifact(owner: .local, bytes: [UInt8](repeating: 9, count: 400_000))
    private static let small = Artifact(owner: .local, bytes: [4, 4])

    private func look(_ path: String) throws -> LMDBStore {
        var options = LMDBStore.Options()
        options.isReadOnly = true
        options.checksPages = true
        return try LMDBStore.open(path, options: options)
    }

    /// A writer changes two records, one after the other: a copy of one moment has them at most one step apart.
    @Test func copiesOneMomentWhileItIsWritten() async throws {
        try await withStore { store, directory async throws in
            try await store.store(Self.large)
            try await store.store(Self.small)
            let isDone = Locked(false)
            let writer = Task {
                var step: UInt8 = 0
                while !isDone.withLock({ $0 }) {
                    step = step &+ 1
                    for key in ["first", "second"] {
                        let standing = try store.get(StoreKey(key))?.revision
                        let write = RecordWrite(
                            StoreKey(key), [step], expected: standing.map { .revision($0) } ?? .absent)
                        #expect(await store.write(write).revision != nil)
                    }
                }
            }
            for round in 0..<5 {
                let path = "\(directory.path)/backup-\(round)"
                let report = try await store.backUp(to: path)
                #expect(report.files == 1 && report.fileBytes == 400_000 && report.damagedFiles.isEmpty)
                let copy = try look(path)
                let first = try copy.get(StoreKey("first"))?.body.first ?? 0
                let second = try copy.get(StoreKey("second"))?.body.first ?? 0
                #expect(first &- second <= 1, "\(first) and \(second)")
                for artifact in [Self.large, Self.small] {
                    #expect(try await copy.artifact(artifact.hash, owner: .local) == artifact.bytes)
                }
                await copy.close()
            }
            isDone.withLock { $0 = true }
            try await writer.value
            #expect(TemporaryDirectory.names(in: directory.path).allSatisfy { !$0.contains("incomplete") })
        }
    }

    @Test func leavesNothingThatLooksWhole() async throws {
        try await withStore { store, directory async throws in
            try await store.store(Self.large)
            mkdir("\(directory.path)/there", 0o700)
            for path in ["\(directory.path)/there", "\(directory.path)/no/parent"] {
                let error = await #expect(throws: StoreError.self) { try await store.backUp(to: path) }
                #expect(error?.code == .io)
            }
            #expect(Set(TemporaryDirectory.names(in: directory.path)) == ["store", "there"])
        }
    }

    @Test func isNoStoreToGoOnWith() async throws {
        try await withStore { store, directory async throws in
            let backup = "\(directory.path)/backup"
            _ = try await store.backUp(to: backup)
            let error = #expect(throws: StoreError.self) { try LMDBStore.open(backup) }
            #expect(error?.code == .wrongRole)
            #expect(error?.message.contains("initiator restore") == true)
            let other = #expect(throws: StoreError.self) { try StoreRestore(from: directory.store, to: backup) }
            #expect(other?.code == .noStore)
        }
    }

    @Test func restoresAboveEveryRevision() async throws {
        let directory = try TemporaryDirectory()
        let (backup, made) = ("\(directory.path)/backup", "\(directory.path)/made/")
        let store = try LMDBStore.open(directory.store)
        try await store.store(Self.large)
        #expect(await store.write(RecordWrite(StoreKey("a"), [1])).revision == Revision(1))
        _ = try await store.backUp(to: backup)
        await store.close()
        let replaced = try await StoreRestore(from: backup, to: made).run { store in
            let outcome = await store.write(RecordWrite(StoreKey("a"), [2], expected: .revision(Revision(1))))
            #expect((outcome.revision ?? .zero) > Revision(1 << 32))
        }
        #expect(replaced == nil)
        let restored = try LMDBStore.open(made)
        #expect(try restored.get(StoreKey("a"))?.body == [2])
        #expect(try await restored.artifact(Self.large.hash, owner: .local) == Self.large.bytes)
        await restored.close()
    }

    @Test func replacesOnlyWhatNobodyUses() async throws {
        let directory = try TemporaryDirectory()
        let backup = "\(directory.path)/backup"
        let store = try LMDBStore.open(directory.store)
        _ = try await store.backUp(to: backup)
        #expect(await store.write(RecordWrite(StoreKey("since"))).revision == Revision(1))
        var options = StoreRestore.Options()
        #expect(await refusal(of: options, backup, directory.store) == .inUse, "it may not be replaced")
        options.replaces = true
        #expect(await refusal(of: options, backup, directory.store) == .inUse, "it is open")
        await store.close()
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await StoreRestore(from: backup, to: directory.store, options: options).run { _ in throw Stop() }
        }
        #expect(Set(TemporaryDirectory.names(in: directory.path)) == ["store", "backup"])
        let replaced = try await StoreRestore(from: backup, to: directory.store, options: options).run { _ in }
        let former = try LMDBStore.open(try #require(replaced))
        #expect(try former.get(StoreKey("since")) != nil)
        await former.close()
        let restored = try LMDBStore.open(directory.store)
        #expect(try restored.get(StoreKey("since")) == nil)
        await restored.close()
    }

    private func refusal(
        of options: StoreRestore.Options, _ backup: String, _ directory: String
    ) async -> StoreError.Code? {
        do {
            _ = try await StoreRestore(from: backup, to: directory, options: options).run { _ in }
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }
}
