import JobModel
import ProcessDriving

/// More and more cases at one instant, with a provider that takes its time and no limit on its calls: all end, and what
/// the worker and the control plane need for that.
struct LoadFigure: Figure {
    /// Small JPEGs after about a second: what is measured is what we do around them.
    private static let scenario = """
        {"seed": 7, "picture": "jpeg", "rules": [{"do": {"delay": {"medianMs": 1000, "sigma": 0.35}}, "continue": true}]}
        """

    private struct Load {
        var cases: Int
        var seconds: Double
        var worker: MemoryWatch.Peak
        var control: MemoryWatch.Peak
        var calls: Int
    }

    func rows(in lab: Lab) async throws -> [Row] {
        var loads: [Load] = []
        for count in lab.isQuick ? [10, 100, 300] : [10, 100, 1_000, 3_000] {
            let load = try await load(count, lab)
            lab.note("  \(count) cases: \(load.seconds.rounded(1)) s, \(Self.text(load.worker)) in the worker")
            loads.append(load)
        }
        let hundred = loads.first { $0.cases == 100 }
        return loads.map { load in
            Row(
                "\(load.cases) cases at once, all completed, provider 1 s",
                "\(load.seconds.rounded(1)) s; peak memory worker \(Self.text(load.worker)), "
                    + "control plane \(Self.text(load.control))",
                against: against(load, hundred))
        }
    }

    private func against(_ load: Load, _ hundred: Load?) -> String {
        let calls = "\(load.calls) calls for \(load.cases * Cases.images) images"
        guard let hundred, load.cases > hundred.cases else { return calls }
        let worker = (load.worker.resident / hundred.worker.resident).rounded(2)
        let control = (load.control.resident / hundred.control.resident).rounded(2)
        return "\(calls); \(worker) × and \(control) × the memory at 100 (goal 1.2 × at 1,000)"
    }

    private static func text(_ peak: MemoryWatch.Peak) -> String {
        "\(peak.resident.rounded(0)) MB (own \(peak.own.rounded(0)), files \(peak.files.rounded(0)))"
    }

    private func load(_ count: Int, _ lab: Lab) async throws -> Load {
        try await Stack.run(Stack.Plan(scenario: Self.scenario), in: lab) { stack in
            let bodies = try (0..<count).map { try Cases.body("load-\($0)") }
            let (worker, control) = (MemoryWatch(stack.worker.process), MemoryWatch(stack.control.process))
            let watching = Task {
                await withDiscardingTaskGroup { group in
                    for watch in [worker, control] { group.addTask { await watch.run() } }
                }
            }
            defer { watching.cancel() }
            let burst = try RequestBurst(to: stack.control.url, connections: count)
            let begin = ContinuousClock.now
            _ = try await Submission.post(bodies, with: burst, lab)
            try await ControlView.open(stack.controlDirectory) { view in
                try await view.waitForCompletion(of: count, prefix: "load-", within: .seconds(600))
            }
            let seconds = (ContinuousClock.now - begin).seconds
            for watch in [worker, control] { watch.look() }
            return Load(
                cases: count, seconds: seconds, worker: worker.peak, control: control.peak,
                calls: try await stack.simulator.state().total)
        }
    }
}
