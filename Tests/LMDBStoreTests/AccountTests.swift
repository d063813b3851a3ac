import Orchestration
import OrchestrationTestKit
import Testing

@Suite("Owners' accounts over LMDB")
struct AccountTests {
    @Test("hold", .timeLimit(.minutes(5)), arguments: AccountConformance.Case.allCases)
    func hold(_ conformanceCase: AccountConformance.Case) async throws {
        try await withStore { store, _ in try await AccountConformance(store: store).run(conformanceCase) }
    }
}
