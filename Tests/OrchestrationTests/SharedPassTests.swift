import Testing
import Threads

@testable import Orchestration

@Suite("Passes that serve many")
struct SharedPassTests {
    /// Waits in its first pass, and numbers them.
    private final class Work: Sendable {
        let isReached = Gate()
        let isOpen = Gate()
        let passes = Locked(0)

        func run() async -> Int {
            let number = passes.withLock { passes in
                passes += 1
                return passes
            }
            isReached.open()
            await isOpen.wait()
            return number
        }
    }

    private let work = Work()

    /// Whoever asks is put in line without anything that a test could wait for.
    private func asked(_ count: Int, _ pass: SharedPass<Int>) async {
        while pass.waiting < count { await Task.yield() }
    }

    @Test func allWhoAskMeanwhileGetTheNextOne() async {
        let pass = SharedPass { [work] in await work.run() }
        let first = Task { await pass.outcome() }
        await work.isReached.wait()
        let others = (0..<40).map { _ in Task { await pass.outcome() } }
        await asked(41, pass)
        work.isOpen.open()
        #expect(await first.value == 1)
        for other in others { #expect(await other.value == 2) }
        #expect(await pass.outcome() == 3)
    }

    @Test func whoIsCanceledKeepsNobodyFromTheOutcome() async {
        let pass = SharedPass { [work] in await work.run() }
        let first = Task { await pass.outcome() }
        await work.isReached.wait()
        let second = Task { await pass.outcome() }
        await asked(2, pass)
        first.cancel()
        #expect(await first.value == nil)
        work.isOpen.open()
        #expect(await second.value == 2)
        let canceled = Task {
            await untilCanceled()
            return await pass.outcome()
        }
        canceled.cancel()
        #expect(await canceled.value == nil && work.passes.withLock { $0 } == 2)
    }
}
