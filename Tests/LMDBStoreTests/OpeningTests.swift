import JobModel
import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct OpeningTests {
    private func code(of directory: String, options: LMDBStore.Options = .init()) async -> StoreError.Code? {
        do {
            try await LMDBStore.open(directory, options: options).close()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func makesAPrivateDirectory() async throws {
        let directory = try TemporaryDirectory()
        #expect(await code(of: directory.store) == nil)
        var status = stat()
        #expect(stat(directory.store, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test func refusesAMissingParent() async throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: StoreError.self) { try LMDBStore.open("\(directory.path)/no/store") }
        #expect(error?.code == .io)
        #expect(error?.message.contains("parent directory") == true)
    }

    @Test func refusesAFile() async throws {
        let directory = try TemporaryDirectory()
        write(Array("hello".utf8), to: directory.store)
        let error = #expect(throws: StoreError.self) { try LMDBStore.open(directory.store) }
        #expect(error?.code == .io)
        #expect(error?.message.contains("not a directory") == true)
        #expect(await code(of: "\(directory.store)/below") == .io)
    }

    @Test func refusesWhatIsNotOurs() async throws {
        let directory = try TemporaryDirectory()
        mkdir(directory.store, 0o700)
        write([UInt8](repeating: 0x20, count: 20_000), to: "\(directory.store)/data.mdb")
        #expect(await code(of: directory.store) == .corrupt)
    }

    @Test func refusesASecondOpeningInThisProcess() async throws {
        try await withStore { store, directory in
            #expect(await code(of: directory.store) == .inUse)
            #expect(await code(of: directory.path + "/./store/") == .inUse)
            #expect(await store.write(RecordWrite(StoreKey("a"))).revision == Revision(1))
        }
    }

    @Test func mayBeOpenedAgainWhenDroppedWithoutClosing() async throws {
        let directory = try TemporaryDirectory()
        var store: LMDBStore? = try LMDBStore.open(directory.store)
        #expect(await store?.write(RecordWrite(StoreKey("a"))).revision == Revision(1))
        let stream = store?.watch(StoreKey())
        store = nil
        // The stream ends when the store is gone; its threads let go of the directory a moment later.
        for await _ in try #require(stream) {}
        try await withDeadline(waitingFor: "the directory to be free") {
            while await code(of: directory.store) == .inUse { await Task.yield() }
        }
        #expect(await code(of: directory.store) == nil)
    }

    @Test func namesAReadOnlyDirectory() async throws {
        let directory = try TemporaryDirectory()
        chmod(directory.path, 0o755)
        #expect(await code(of: directory.store) == nil)
        chmod(directory.store, 0o555)
        defer { chmod(directory.store, 0o700) }
        // Root may write everywhere, so the probe becomes somebody else.
        let probe = getuid() == 0 ? try Probe("open", directory.store, "uid=65534") : try Probe("open", directory.store)
        let line = try await probe.line()
        #expect(line?.hasPrefix("error read_only ") == true, "\(line ?? "")")
    }

    @Test func halvesTheMapUntilItFits() async throws {
        var options = LMDBStore.Options()
        options.initialMapBytes = 1 << 50
        let directory = try TemporaryDirectory()
        #expect(await code(of: directory.store, options: options) == nil)
    }

    @Test func everythingIsRefusedAfterClosing() async throws {
        let directory = try TemporaryDirectory()
        let store = try LMDBStore.open(directory.store)
        let streams = [store.watch(StoreKey()), store.watch(StoreKey("a"))]
        await store.close()
        await store.close()
        for stream in streams + [store.watch(StoreKey())] { for await _ in stream {} }
        #expect(throws: StoreError(.closed, "the store was shut down")) { try store.get(StoreKey("a")) }
        #expect(throws: StoreError.self) { try store.latestRevision() }
        await #expect(throws: StoreError.self) { try await store.scan(StoreKey(), after: nil, limit: 1) }
        await #expect(throws: StoreError.self) { try await store.store(.init(owner: .local, bytes: [1])) }
        #expect(await store.write(RecordWrite(StoreKey("a"))).refusal == .closed)
    }

    @Test func closingFinishesWhatWasBegun() async throws {
        let directory = try TemporaryDirectory()
        let store = try LMDBStore.open(directory.store)
        let outcomes = await withTaskGroup(of: WriteOutcome.self) { group in
            for index in 0..<200 { group.addTask { await store.write(RecordWrite(StoreKey("\(index)"))) } }
            let first = await group.next()
            #expect(first?.revision != nil)
            await store.close()
            return await group.reduce(into: []) { $0.append($1) }
        }
        let committed = outcomes.count { $0.revision != nil } + 1
        #expect(committed + outcomes.count { $0.refusal == .closed } == 200)
        let again = try LMDBStore.open(directory.store)
        #expect(try await again.scan(StoreKey(), after: nil, limit: 1000).count == committed)
        await again.close()
    }

    private func write(_ bytes: [UInt8], to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        #expect(bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) } == bytes.count)
        close(file)
    }
}
