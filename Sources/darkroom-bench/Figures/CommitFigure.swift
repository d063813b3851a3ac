import ProcessDriving

/// Durable commits, each with its sync, that one case costs the worker and the control plane.
struct CommitFigure: Figure {
    func rows(in lab: Lab) async throws -> [Row] {
        let crowd = lab.isQuick ? 30 : 100
        // A picture takes as long as none does in truth, but long enough that calls end one by one.
        let scenario = #"{"seed": 7, "rules": [{"do": {"delay": {"medianMs": 200, "sigma": 0.35}}, "continue": true}]}"#
        return try await Stack.run(Stack.Plan(scenario: scenario), in: lab) { stack in
            try await ControlView.open(stack.controlDirectory) { view in
                _ = try await run(1, "warm", stack, view, lab)
                let alone = try await run(1, "alone", stack, view, lab)
                let many = try await run(crowd, "crowd", stack, view, lab)
                return [
                    Row(
                        "commits a case, alone: worker, control plane", "\(alone.worker), \(alone.control)",
                        against: "goal 7 fsyncs (an LMDB commit has two: data, meta page)"),
                    Row(
                        "commits a case, \(crowd) at once",
                        "\((Double(many.worker) / Double(crowd)).rounded(2)), "
                            + "\((Double(many.control) / Double(crowd)).rounded(2))", against: "goal under 2"),
                    Row(
                        "record writes a case, alone: control plane (worker's store is its own)", "\(alone.writes)",
                        against: "each a revision"),
                ]
            }
        }
    }

    private struct Commits {
        var worker: UInt64
        var control: UInt64
        var writes: UInt64
    }

    private func run(
        _ count: Int, _ name: String, _ stack: Stack, _ view: ControlView, _ lab: Lab
    ) async throws -> Commits {
        let before = try self.count(stack, view)
        let burst = try RequestBurst(to: stack.control.url, connections: count)
        _ = try await Submission.post(try (0..<count).map { try Cases.body("\(name)-\($0)") }, with: burst, lab)
        try await view.waitForCompletion(of: count, prefix: "\(name)-", within: .seconds(120))
        // The worker still records that its last webhook was taken.
        try await Task.sleep(for: .milliseconds(500))
        let after = try self.count(stack, view)
        return Commits(
            worker: after.worker - before.worker, control: after.control - before.control,
            writes: after.writes - before.writes)
    }

    private func count(_ stack: Stack, _ view: ControlView) throws -> Commits {
        Commits(
            worker: try CommitCounter.transactions(in: stack.workerDirectory),
            control: try CommitCounter.transactions(in: stack.controlDirectory), writes: try view.revision())
    }
}
