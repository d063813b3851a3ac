import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

@Suite struct ConformanceTests {
    @Test(.timeLimit(.minutes(5)), arguments: KeyValueStoreConformance.Case.allCases)
    func conforms(_ conformanceCase: KeyValueStoreConformance.Case) async throws {
        try await conformance(options: .init()).run(conformanceCase)
    }

    /// The same promises while the map grows under every case that writes much and the change log is always too short.
    @Test(.timeLimit(.minutes(5)), arguments: KeyValueStoreConformance.Case.allCases)
    func conformsWithHardlyAnyRoom(_ conformanceCase: KeyValueStoreConformance.Case) async throws {
        var options = LMDBStore.Options()
        options.initialMapBytes = 1 << 20
        options.changeLogLength = 1
        options.blockingThreads = 1
        try await conformance(options: options).run(conformanceCase)
    }

    private func conformance(options: LMDBStore.Options) -> KeyValueStoreConformance {
        KeyValueStoreConformance {
            let directory = try TemporaryDirectory()
            let first = try LMDBStore.open(directory.store, options: options)
            let current = Locked(first)
            return .init(
                store: first, remembersChanges: options.changeLogLength > 1,
                reopen: {
                    await current.withLock { $0 }.close()
                    let next = try LMDBStore.open(directory.store, options: options)
                    current.withLock { $0 = next }
                    return next
                },
                dispose: {
                    await current.withLock { $0 }.close()
                    withExtendedLifetime(directory) {}
                })
        }
    }
}
