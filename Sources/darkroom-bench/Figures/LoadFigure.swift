import JobModel
import ProcessDriving

/// More and more cases at one instant, with a provider that takes its time and no limit on its calls: all end, and what
/// the worker and the control plane need for that. They come from one backend with a pool of connections; and once more
/// over as many connections as there are cases, each of which costs the control plane its buffers.
struct LoadFigure: Figure {
    /// Small JPEGs after about a second: what is measured is what we do around them.
    private static let scenario = """
        {"seed": 7, "picture": "jpeg", "rules": [{"do": {"delay": {"medianMs": 1000, "sigma": 0.35}}, "continue": true}]}
        """

    private struct Load {
        var cases: Int
        var connections: Int
        var seconds: Double
        var worker: MemoryWatch.Peak
        var control: MemoryWatch.Peak
        var calls: Int
    }

    func rows(in lab: Lab) async throws -> [Row] {
        var loads: [Load] = []
        let plans = [(10, 10), (100, Self.pool), (1_000, Self.pool), (3_000, Self.pool), (1_000, 1_000)]
        for (count, connections) in lab.isQuick ? [(100, Self.pool), (300, Self.pool)] : plans {
            let load = try await load(count, over: connections, lab)
            lab.note("  \(count) cases: \(load.seconds.rounded(1)) s, \(Self.text(load.worker)) in the worker")
            loads.append(load)
        }
        let hundred = loads.first { $0.cases == 100 }
        return loads.map { load in
            Row(
                "\(load.cases) cases at once over \(load.connections) connections, all completed, provider 1 s",
                "\(load.seconds.rounded(1)) s; peak memory worker \(Self.text(load.worker)), "
                    + "control plane \(Self.text(load.control))",
                against: against(load, hundred))
        }
    }

    private func against(_ load: Load, _ hundred: Load?) -> String {
        let calls = "\(load.calls) calls for \(load.cases * Cases.images) images"
        guard let hundred, load.cases > hundred.cases else { return calls }
        let (worker, control) = (load.worker, load.control)
        let all = [worker.resident / hundred.worker.resident, control.resident / hundred.control.resident]
        let own = [worker.own / hundred.worker.own, control.own / hundred.control.own]
        func text(_ ratios: [Double]) -> String { ratios.map { "\($0.rounded(2)) ×" }.joined(separator: " and ") }
        return "\(calls); \(text(all)) the memory at 100, \(text(own)) of their own (goal 1.2 × at 1,000)"
    }

    private static func text(_ peak: MemoryWatch.Peak) -> String {
        "\(peak.resident.rounded(0)) MB (own \(peak.own.rounded(0)), files \(peak.files.rounded(0)))"
    }

    /// A backend's pool of connections.
    private static let pool = 64

    private func load(_ count: Int, over connections: Int, _ lab: Lab) async throws -> Load {
        try await Stack.run(Stack.Plan(scenario: Self.scenario), in: lab) { stack in
            let bodies = try (0..<count).map { try Cases.body("load-\($0)") }
            let (worker, control) = (MemoryWatch(stack.worker.process), MemoryWatch(stack.control.process))
            let watching = Task {
                await withDiscardingTaskGroup { group in
                    for watch in [worker, control] { group.addTask { await watch.run() } }
                }
            }
            defer { watching.cancel() }
            let burst = try RequestBurst(to: stack.control.url, connections: connections)
            let begin = ContinuousClock.now
            _ = try await Submission.post(bodies, with: burst, lab)
            try await ControlView.open(stack.controlDirectory) { view in
                try await view.waitForCompletion(of: count, prefix: "load-", within: .seconds(600))
            }
            let seconds = (ContinuousClock.now - begin).seconds
            for watch in [worker, control] { watch.look() }
            return Load(
                cases: count, connections: connections, seconds: seconds, worker: worker.peak, control: control.peak,
                calls: try await stack.simulator.state().total)
        }
    }
}
