import ProcessDriving

#if canImport(Glibc)
import Glibc
#endif

/// The worker killed in the middle of three cases and started again.
struct RecoveryFigure: Figure {
    private static let cases = 3

    func rows(in lab: Lab) async throws -> [Row] {
        var rounds: [Round] = []
        for _ in 0..<(lab.isQuick ? 2 : 5) { rounds.append(try await round(lab)) }
        return [
            Row(
                "worker killed mid-case: from its restart to its first new call",
                "\(rounds.map(\.firstCall).median.rounded(0)) ms (worst \((rounds.map(\.firstCall).max() ?? 0).rounded(0)))",
                against: "best peer 1,800 ms; ready after \(rounds.map(\.ready).median.rounded(0)) ms"),
            Row(
                "calls for \(Self.cases * Cases.images) images; of images finished before the kill",
                "\(rounds.map(\.calls).median.rounded(0)); \(rounds.map(\.repeated).reduce(0, +)) called again",
                against: "\(rounds.map(\.inFlight).median.rounded(0)) were in flight; best peer 51; 0"),
        ]
    }

    private struct Round {
        var ready: Double
        var firstCall: Double
        var calls: Double
        var inFlight: Double
        var repeated: Int
    }

    private func round(_ lab: Lab) async throws -> Round {
        let plan = Stack.Plan(
            scenario: #"{"seed": 7, "rules": [{"do": {"delay": {"medianMs": 800, "sigma": 0.35}}, "continue": true}]}"#)
        return try await Stack.run(plan, in: lab) { stack in
            let bodies = try (0..<Self.cases).map { try Cases.body("killed-\($0)") }
            let burst = try RequestBurst(to: stack.control.url, connections: Self.cases)
            _ = try await Submission.post(bodies, with: burst, lab)
            _ = try await stack.simulator.wait(within: .seconds(60)) { $0.answered >= 9 }
            await stack.worker.end(by: SIGKILL)
            let recorded = try await WorkerView.generated(in: stack.workerDirectory)
            let before = try await stack.simulator.wait(within: .seconds(10)) { $0.inProgress == 0 }
            let begin = Machine.wall
            let worker = try await stack.restartWorker()
            let ready = Machine.wall - begin
            do {
                let round = try await finish(stack, recorded, known: before.total, begin: begin, ready: ready)
                await worker.end()
                return round
            } catch {
                await worker.end()
                throw error
            }
        }
    }

    /// - Parameter recorded: the names of the images that the killed worker had recorded as made.
    private func finish(
        _ stack: Stack, _ recorded: [String], known: Int, begin: Double, ready: Double
    ) async throws -> Round {
        try await ControlView.open(stack.controlDirectory) { view in
            try await view.waitForCompletion(of: Self.cases, prefix: "killed-", within: .seconds(120))
        }
        let calls = try await stack.simulator.calls()
        let (old, new) = (calls.filter { $0.number <= known }, calls.filter { $0.number > known })
        return Round(
            ready: ready, firstCall: (new.map(\.timeMs).min() ?? 0) - begin, calls: Double(calls.count),
            inFlight: Double(old.count - recorded.count),
            repeated: new.count { call in recorded.contains { call.prompt.contains($0) } })
    }
}
