import ProcessDriving

/// Calls held open by one worker.
struct InFlightFigure: Figure {
    private static let window = 5
    private static let connections = 100

    func rows(in lab: Lab) async throws -> [Row] {
        let cases = lab.isQuick ? 400 : 2_000
        let wanted = cases * Self.window
        let plan = Stack.Plan(
            scenario: #"{"default": "hang-before-headers"}"#,
            worker: ["DARKROOM_ATTEMPT_TIMEOUT": "600", "DARKROOM_CALLS_AT_ONCE": "off"])
        return try await Stack.run(plan, in: lab) { stack in
            let idle = try stack.worker.usage()
            let bodies = try (0..<cases).map { try Cases.body("held-\($0)") }
            let burst = try RequestBurst(to: stack.control.url, connections: Self.connections)
            let begin = ContinuousClock.now
            for start in stride(from: 0, to: cases, by: Self.connections) {
                _ = try await Submission.post(
                    Array(bodies[start..<min(cases, start + Self.connections)]), with: burst, lab)
            }
            let accepted = (ContinuousClock.now - begin).seconds
            _ = try await stack.simulator.wait(within: .seconds(120)) { $0.inProgress >= wanted }
            let reached = (ContinuousClock.now - begin).seconds
            let told = try await ControlView.open(stack.controlDirectory) { view in
                try await view.waitForStart(of: cases, prefix: "held-", within: .seconds(60))
                return (ContinuousClock.now - begin).seconds
            }
            let held = try stack.worker.usage()
            let memory = (held.resident - idle.resident) * 1_000 / Double(wanted)
            return [
                Row(
                    "provider calls in flight in one worker (\(cases) cases × \(Self.window))",
                    "\(wanted) after \(reached.rounded(1)) s", against: "goal 10,000 in 2.4 s; best peer 4.8 s"),
                Row(
                    "worker's memory a call, the case's state included",
                    "\(memory.rounded(1)) kB (\(idle.resident.rounded(0)) MB idle, \(held.resident.rounded(0)) MB)",
                    against: "goal 10 kB; best peer 15 kB"),
                Row(
                    "until all were accepted; until the control plane knew all to be generating",
                    "\(accepted.rounded(1)) s; \(told.rounded(1)) s",
                    against: "worker's processor time \(((held.cpu - idle.cpu) / 1_000).rounded(1)) s; best peer 5.5 s"),
            ]
        }
    }
}
