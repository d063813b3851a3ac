import ProcessDriving

/// One case under a provider with stragglers, against the ideal schedule of the very same latencies.
struct MakespanFigure: Figure {
    private static let window = 5
    private static let batches = [5, 5, 4]

    func rows(in lab: Lab) async throws -> [Row] {
        let seeds = lab.isQuick ? 2 : 12
        // Two stacks at once, each mostly waiting; the same seed and the same prompts give both the same latencies.
        async let rollingRuns = measure("rolling", seeds: seeds, lab)
        async let barrierRuns = measure("barrier", seeds: seeds, lab)
        let (rolling, barrier) = try await (rollingRuns, barrierRuns)
        let toList = rolling.map { $0.makespan / Schedules.list($0.latencies, width: Self.window) }
        let toBatches = barrier.map { $0.makespan / Schedules.barrier($0.latencies, batches: Self.batches) }
        let toEach = zip(rolling, barrier).map { $0.makespan / $1.makespan }
        return [
            Row(
                "makespan of one case, stragglers, `rolling`, \(seeds) seeds",
                "\(Self.spread(toList)) × list scheduling at \(Self.window)",
                against: "goal 1.03 median; peers 1.34–1.80"),
            Row(
                "the same, `barrier`", "\(Self.spread(toBatches)) × its own ideal (5, 5, 4)",
                against: "goal 1.02; best peer 1.04"),
            Row(
                "`rolling` against `barrier`, same latencies",
                "\(toEach.median.rounded(2)) × (\(rolling.map(\.makespan).median.rounded(0)) against "
                    + "\(barrier.map(\.makespan).median.rounded(0)) ms, medians)", against: "goal 0.80"),
        ]
    }

    private struct Run: Sendable {
        /// From the submission to the last webhook folded, in ms.
        var makespan: Double
        /// As the provider recorded them, in the case's order.
        var latencies: [Double]
    }

    private static func spread(_ ratios: [Double]) -> String {
        "\(ratios.median.rounded(3)) (worst \((ratios.max() ?? 0).rounded(3)))"
    }

    private static let scenario = """
        {"seed": 20260101, "rules": [{"do": {"delay": {"medianMs": 400, "sigma": 0.35, "stragglerShare": 0.05, \
        "stragglerMs": 2000}}, "continue": true}]}
        """

    private func measure(_ schedule: String, seeds: Int, _ lab: Lab) async throws -> [Run] {
        let plan = Stack.Plan(
            picture: "large", scenario: Self.scenario, worker: ["DARKROOM_SCHEDULE": schedule])
        return try await Stack.run(plan, in: lab) { stack in
            try await ControlView.open(stack.controlDirectory) { view in
                // The first case pays for starting libvips and for drawing the provider's pictures.
                _ = try await run(0, stack, view, lab)
                var runs: [Run] = []
                for seed in 1...seeds { runs.append(try await run(seed, stack, view, lab)) }
                return runs
            }
        }
    }

    private func run(_ seed: Int, _ stack: Stack, _ view: ControlView, _ lab: Lab) async throws -> Run {
        let known = try await stack.simulator.state().total
        let id = "seed-\(seed)"
        let body = try Cases.body(id, words: "case \(seed)")
        let burst = try RequestBurst(to: stack.control.url, connections: 1)
        let begin = ContinuousClock.now
        _ = try await Submission.post([body], with: burst, lab)
        try await view.waitForCompletion(of: 1, prefix: id, within: .seconds(60))
        let makespan = (ContinuousClock.now - begin).milliseconds
        let calls = try await stack.simulator.calls(after: known)
        guard calls.count == Cases.images else { throw BenchFailure("\(calls.count) calls were made for one case") }
        return Run(makespan: makespan, latencies: calls.compactMap { call in call.endedMs.map { $0 - call.startedMs } })
    }
}
