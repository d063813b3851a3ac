import JobModel
import Orchestration
import OrchestrationTestKit
import Testing

@Suite struct FaultInjectingStoreTests {
    private let write = RecordWrite(
        key: StoreKey("head"), expected: .absent, header: RecordHeader(kind: 1, state: 1, format: 1), body: [1])

    @Test(arguments: KeyValueStoreConformance.Case.allCases)
    func withoutFaultsIsTheStoreItself(_ conformanceCase: KeyValueStoreConformance.Case) async throws {
        let conformance = KeyValueStoreConformance {
            let store = FaultInjectingStore(MemoryStore())
            return .init(store: store, reopen: { store }, dispose: {})
        }
        try await conformance.run(conformanceCase)
    }

    @Test func hidesAnswersWithAndWithoutWriting() async throws {
        for written in [true, false] {
            let memory = MemoryStore()
            let store = FaultInjectingStore(memory, at: 1, .unknown(written: written))
            guard case .unknown = await store.write(write) else {
                Issue.record("the answer was not hidden")
                return
            }
            #expect(try (memory.get(write.key) != nil) == written)
            #expect(store.commits == (written ? 1 : 0))
            #expect(store.operations == 1)
        }
    }

    @Test func answersInPlaceOfTheStore() async throws {
        let full = StoreError(.full, "no room")
        let memory = MemoryStore()
        let store = FaultInjectingStore(memory) { number, _ in
            switch number {
            case 1: [.conflict]
            case 2: [.refused(full)]
            default: []
            }
        }
        #expect(await store.write(write) == .conflict)
        #expect(await store.write(write) == .refused(full))
        #expect(try memory.get(write.key) == nil)
        #expect(await store.write(write) == .committed(Revision(1)))
    }

    @Test func runsHooksBeforeAndAfterTheCommit() async throws {
        let memory = MemoryStore()
        let key = write.key
        let store = FaultInjectingStore(
            memory, at: 1,
            .before { #expect(Result { try memory.get(key) == nil }.isTrue) },
            .after { #expect(Result { try memory.get(key) != nil }.isTrue) })
        #expect(await store.write(write) == .committed(Revision(1)))
    }

    @Test func countsArtifactsToo() async throws {
        let memory = MemoryStore()
        let store = FaultInjectingStore(memory, at: 2, .unknown(written: true))
        try await store.store(Artifact(owner: .local, bytes: [1]))
        let second = Artifact(owner: .local, bytes: [2])
        await #expect(throws: StoreError.self) { try await store.store(second) }
        #expect(try memory.hasArtifact(second.hash, owner: .local))
        #expect(store.operations == 2)
    }
}

extension Result<Bool, any Error> {
    fileprivate var isTrue: Bool { if case .success(true) = self { true } else { false } }
}
