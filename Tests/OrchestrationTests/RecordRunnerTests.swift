import JobModel
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

@Suite struct RecordRunnerTests {
    /// A clock that counts who looks at it.
    private final class CountingClock: EngineClock, Sendable {
        private let system = SystemClock()
        let looks = Locked(0)

        func now() -> Milliseconds {
            looks.withLock { $0 += 1 }
            return system.now()
        }

        func wall() -> Milliseconds { system.wall() }
        func sleep(until instant: Milliseconds) async { await system.sleep(until: instant) }
    }

    /// With one run waiting for its provider nothing is due: the loop must sleep, not turn.
    @Test func sleepsWhileNothingIsDue() async throws {
        let (clock, gate, store) = (CountingClock(), Gate(), MemoryStore())
        let random = SystemRandom()
        let provider = ScriptedProvider { asset, _ in
            await gate.wait()
            return ScriptedProvider.picture(of: asset)
        }
        let roster = ProviderRoster([RosterEntry(provider)])
        let service = WorkerService(
            store: store, roster: roster, transformer: PassingTransformer(), sender: RecordingSender(), clock: clock,
            random: random, settings: WorkerSettings(), logger: Samples.quiet)
        let admission = RunAdmission(settings: WorkerSettings(), roster: roster, clock: clock, random: random)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            _ = await service.accept(try admission.proposal(for: Samples.request(assets: 1)))
            let before = clock.looks.withLock { $0 }
            // Room for a turning loop: many other tasks get their turn here.
            for _ in 0..<10_000 { await Task.yield() }
            let looks = clock.looks.withLock { $0 } - before
            #expect(looks < 100, "the loop looked at the clock \(looks) times while nothing was due")
            gate.open()
            group.cancelAll()
        }
    }
}
