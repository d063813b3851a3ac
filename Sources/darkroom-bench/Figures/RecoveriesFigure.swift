import ProcessDriving

#if canImport(Glibc)
import Glibc
#endif

/// The worker killed over and over in the middle of cases, each time from its new `ready` to its first provider call.
struct RecoveriesFigure: Figure {
    private static let scenario =
        #"{"seed": 7, "rules": [{"do": {"delay": {"medianMs": 400, "sigma": 0.35}}, "continue": true}]}"#

    func rows(in lab: Lab) async throws -> [Row] {
        let rounds = lab.isQuick ? 5 : 50
        return try await Stack.run(Stack.Plan(scenario: Self.scenario), in: lab) { stack in
            var (ready, call): ([Double], [Double]) = ([], [])
            var worker = stack.worker
            let result = await Result {
                try await ControlView.open(stack.controlDirectory) { view in
                    for round in 0..<rounds {
                        let times = try await recover(round, stack, &worker, lab)
                        ready.append(times.ready)
                        call.append(times.call)
                        // One kill a case: an image whose calls are hit three times is given up.
                        try await view.waitForCompletion(of: round + 1, prefix: "again-", within: .seconds(120))
                    }
                }
            }
            await worker.end()
            try result.get()
            return [
                Row(
                    "killed worker's new `ready` to its first provider call, \(rounds) kills",
                    "p50 \(call.percentile(0.5).rounded(0)) ms, p99 \(call.percentile(0.99).rounded(0)) ms",
                    against: "goal p99 1,800 ms; start to `ready` p50 \(ready.percentile(0.5).rounded(0)) ms, "
                        + "p99 \(ready.percentile(0.99).rounded(0)) ms; all cases completed")
            ]
        }
    }

    private func recover(
        _ round: Int, _ stack: Stack, _ worker: inout Server, _ lab: Lab
    ) async throws -> (ready: Double, call: Double) {
        let before = try await stack.simulator.state()
        let burst = try RequestBurst(to: stack.control.url, connections: 1)
        _ = try await Submission.post([try Cases.body("again-\(round)")], with: burst, lab)
        _ = try await stack.simulator.wait(within: .seconds(60)) { $0.answered >= before.answered + 3 }
        await worker.end(by: SIGKILL)
        let known = try await stack.simulator.wait(within: .seconds(10)) { $0.inProgress == 0 }
        let begin = Machine.wall
        worker = try await stack.restartWorker()
        let ready = Machine.wall
        _ = try await stack.simulator.wait(within: .seconds(60)) { $0.total > known.total }
        let first = try await stack.simulator.calls(after: known.total).map(\.timeMs).min() ?? ready
        return (ready - begin, max(0, first - ready))
    }
}
