import ProcessDriving

/// How long it takes until a job is recorded that had to be bound to a key and set aside for first: the whole way of a
/// request of an owner with a plan, every step durable before the 202.
struct SubmitFigure: Figure {
    /// Calls hang, so that making pictures does not compete with what is measured.
    private static let scenario = #"{"default": "hang-before-headers"}"#
    private static let crowd = 100
    private static let price = "gemini/*=39000"
    private static let goal = "limit 500 ms"

    func rows(in lab: Lab) async throws -> [Row] {
        let directory = try lab.directory("plans")
        let plans = "\(directory)/plans.json"
        // Room for every job of every round.
        let plan = #"{"bench": {"imagesPerMonth": 1000000, "budgetMicrosPerMonth": 1000000000000000}}"#
        try Files.write(Array(plan.utf8), to: plans)
        let control = [
            "DARKROOM_PLANS": plans, "DARKROOM_PRICES": Self.price, "DARKROOM_PROVIDER": "gemini",
            "DARKROOM_GEMINI_MODEL": "simulated-image-model",
        ]
        let worker = ["DARKROOM_PRICES": Self.price, "DARKROOM_CALLS_AT_ONCE": "off"]
        let stack = Stack.Plan(scenario: Self.scenario, worker: worker, control: control)
        let open = try await Stack.run(stack, in: lab) { try await self.measure($0, "open", keyed: false, lab) }
        let keyed = try await Stack.run(stack, in: lab) { try await self.measure($0, "keyed", keyed: true, lab) }
        let planned = try await Stack.run(stack, in: lab) { stack in
            try await self.give("bench", stack, plans: plans, lab)
            return try await self.measure(stack, "planned", keyed: true, lab)
        }
        return [
            row("no plan, no key", open), row("with an `Idempotency-Key`", keyed),
            row("with a key, an owner with quota and budget", planned),
        ]
    }

    private func row(_ what: String, _ rounds: [[Double]]) -> Row {
        let (half, tail) = (rounds.map { $0.percentile(0.5) }.median, rounds.map { $0.percentile(0.99) }.median)
        return Row(
            "submit, \(Self.crowd) at once, \(what), durable before the 202",
            "p50 \(half.rounded(1)) ms, p99 \(tail.rounded(1)) ms", against: Self.goal)
    }

    private func give(_ plan: String, _ stack: Stack, plans: String, _ lab: Lab) async throws {
        let command = Command(
            program: "\(lab.binaries)/initiator",
            arguments: ["owners", "set", "local", "--plan", plan, "--data", stack.controlDirectory],
            environment: ["DARKROOM_PLANS": plans], log: "\(stack.controlDirectory).owners.log")
        let runs = try await lab.blocking { try ProcessBurst.run([command]) }
        guard runs.allSatisfy({ $0.code == 0 }) else { throw BenchFailure("`initiator owners set` failed") }
    }

    private func measure(_ stack: Stack, _ name: String, keyed: Bool, _ lab: Lab) async throws -> [[Double]] {
        var rounds: [[Double]] = []
        for round in 0..<(lab.isQuick ? 3 : 5) {
            let ids = (0..<Self.crowd).map { "\(name)-\(round)-\($0)" }
            let bodies = try ids.map { try Cases.body($0) }
            let keys = ids.map { keyed ? ["Idempotency-Key: \($0)"] : [] }
            rounds.append(
                try await lab.blocking {
                    try RequestBurst(to: stack.control.url, connections: bodies.count)
                        .post(bodies, to: "/api/generate-case", headers: keys)
                })
            // The triggers of that crowd are on their way to the worker; the next comes after them.
            let awaited = (round + 1) * Self.crowd * 5
            _ = try await stack.simulator.wait(within: .seconds(60)) { $0.inProgress >= awaited }
        }
        return rounds
    }
}
