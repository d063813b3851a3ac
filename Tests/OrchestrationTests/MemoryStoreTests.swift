import JobModel
import Orchestration
import OrchestrationTestKit
import Testing

@Suite struct MemoryStoreTests {
    @Test(.timeLimit(.minutes(5)), arguments: KeyValueStoreConformance.Case.allCases)
    func conforms(_ conformanceCase: KeyValueStoreConformance.Case) async throws {
        let conformance = KeyValueStoreConformance {
            let store = MemoryStore()
            return .init(store: store, reopen: { store }, dispose: { store.close() })
        }
        try await conformance.run(conformanceCase)
    }

    @Test func endsStreamsAndRefusesWhenClosed() async throws {
        let store = MemoryStore()
        let before = store.watch(StoreKey())
        store.close()
        for await _ in before { Issue.record("news from a store that was shut down") }
        for await _ in store.watch(StoreKey()) { Issue.record("news from a store that was shut down") }
        #expect(throws: StoreError(.closed, "the store was shut down")) { try store.get(StoreKey("a")) }
        let outcome = await store.write(
            RecordWrite(
                key: StoreKey("a"), expected: .absent, header: RecordHeader(kind: 1, state: 1, format: 1), body: []))
        #expect(outcome == .refused(StoreError(.closed, "the store was shut down")))
    }
}
