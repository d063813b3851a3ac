import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A disk that fails in the middle of a commit: the store's descriptors of its file are turned into something that cannot
/// be written.
@Suite struct FailingDiskTests {
    @Test func saysUnknownThenTakesNoMoreWrites() async throws {
        let fatal = Locked<[StoreError]>([])
        var options = LMDBStore.Options()
        options.fatal = { error in fatal.withLock { $0.append(error) } }
        try await withStore(options: options) { (store, directory) async throws in
            #expect(await store.write(RecordWrite(StoreKey("before"))).revision == Revision(1))
            breakFile("\(directory.store)/data.mdb")
            let outcome = await store.write(RecordWrite(StoreKey("after")))
            guard case .unknown(let error) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(error.code == .io)
            #expect(fatal.withLock { $0 } == [error])
            #expect(await store.write(RecordWrite(StoreKey("later"))).refusal == .io)
            #expect(try store.get(StoreKey("before"))?.body == [1])
        }
    }

    @Test func endsTheProcessByDefault() async throws {
        let directory = try TemporaryDirectory()
        await #expect(processExitsWith: .exitCode(74)) { [path = directory.store as String] in
            let store = try LMDBStore.open(path)
            breakFile("\(path)/data.mdb")
            _ = await store.write(RecordWrite(StoreKey("after")))
        }
    }
}

/// Puts a read-only descriptor in the place of every one that this process has of the file.
private func breakFile(_ path: String) {
    let harmless = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(harmless) }
    for name in TemporaryDirectory.names(in: "/proc/self/fd") {
        guard let descriptor = Int32(name), descriptor != harmless else { continue }
        var target = [UInt8](repeating: 0, count: 4096)
        let count = target.withUnsafeMutableBytes { readlink("/proc/self/fd/\(name)", $0.baseAddress!, $0.count) }
        if count > 0, String(decoding: target[..<count], as: UTF8.self) == path { dup2(harmless, descriptor) }
    }
}
