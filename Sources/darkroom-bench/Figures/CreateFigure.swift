import ProcessDriving

/// How long it takes until a job is recorded: as a command, and over HTTP.
struct CreateFigure: Figure {
    /// Calls hang, so that making pictures does not compete with what is measured.
    private static let scenario = #"{"default": "hang-before-headers"}"#
    private static let crowd = 100
    private static let notReached: Int32 = 5

    func rows(in lab: Lab) async throws -> [Row] {
        // The calls of all cases hang at once.
        let plan = Stack.Plan(scenario: Self.scenario, worker: ["DARKROOM_CALLS_AT_ONCE": "off"])
        let commands = try await Stack.run(plan, in: lab) { try await self.commands($0, lab) }
        let requests = try await Stack.run(plan, in: lab) { try await self.requests($0, lab) }
        return commands + requests
    }

    // MARK: The command

    private func commands(_ stack: Stack, _ lab: Lab) async throws -> [Row] {
        var alone: [ProcessBurst.Run] = []
        for number in 0..<(lab.isQuick ? 10 : 30) {
            alone += try await create(["alone-\(number)"], stack, lab)
        }
        var crowds: [[ProcessBurst.Run]] = []
        for round in 0..<(lab.isQuick ? 1 : 3) {
            crowds.append(try await create((0..<Self.crowd).map { "crowd-\(round)-\($0)" }, stack, lab))
        }
        let lone = alone.map(\.milliseconds)
        let unreached = crowds.joined().count { $0.code == Self.notReached }
        return [
            Row("`initiator create`, one after another", Self.spread([lone]), against: "the worker has it by then"),
            Row(
                "`initiator create`, \(Self.crowd) processes at once",
                Self.spread(crowds.map { $0.map(\.milliseconds) }) + "; \(unreached) without the worker's answer",
                against: "\(Self.crowd) × alone / \(Machine.cores) cores = "
                    + "\((lone.median * Double(Self.crowd) / Double(Machine.cores)).rounded(0)) ms"),
        ]
    }

    private func create(_ ids: [String], _ stack: Stack, _ lab: Lab) async throws -> [ProcessBurst.Run] {
        let directory = try lab.directory("cases")
        let commands = try ids.map { id in
            let file = "\(directory)/\(id).json"
            try Files.write(try Cases.body(id), to: file)
            return Command(
                program: "\(lab.binaries)/initiator",
                arguments: [
                    "create", file, "--data", stack.controlDirectory, "--worker", stack.worker.url, "--receiver",
                    stack.control.url,
                ], log: "\(directory)/create.log")
        }
        let runs = try await lab.blocking { try ProcessBurst.run(commands) }
        // 5 is "recorded, no worker reached in time", which a busy machine can bring about; it is told in the table.
        if let failed = runs.first(where: { $0.code != 0 && $0.code != Self.notReached }) {
            let words = (try? Files.text("\(directory)/create.log").suffix(300)) ?? ""
            throw BenchFailure("`initiator create` ended with \(failed.code) \(words)")
        }
        return runs
    }

    // MARK: The requests

    private func requests(_ stack: Stack, _ lab: Lab) async throws -> [Row] {
        let rounds = lab.isQuick ? 3 : 5
        var control: [[Double]] = []
        var worker: [[Double]] = []
        for round in 0..<rounds {
            let ids = (0..<Self.crowd).map { "post-\(round)-\($0)" }
            control.append(
                try await burst(try ids.map { try Cases.body($0) }, stack.control.url, "/api/generate-case", lab))
            // The triggers of that crowd are on their way to the worker; its own crowd comes after them.
            let awaited = (2 * round + 1) * Self.crowd * 5
            _ = try await stack.simulator.wait(within: .seconds(60)) { $0.inProgress >= awaited }
            let bodies = try ids.map { try Triggers.body("direct-\($0)", webhook: stack.control.url) }
            worker.append(try await burst(bodies, stack.worker.url, "/api/generate-case-images", lab))
            _ = try await stack.simulator.wait(within: .seconds(60)) { $0.inProgress >= awaited + Self.crowd * 5 }
        }
        let goal = "goal 5–6 / 10 ms; best peer 18 / 21 ms"
        return [
            Row(
                "`POST /api/generate-case`, \(Self.crowd) at once, durable before the 202", Self.spread(control),
                against: goal),
            Row(
                "trigger of the worker, \(Self.crowd) at once, durable before the 202", Self.spread(worker),
                against: goal),
        ]
    }

    private func burst(_ bodies: [[UInt8]], _ server: String, _ path: String, _ lab: Lab) async throws -> [Double] {
        try await lab.blocking { try RequestBurst(to: server, connections: bodies.count).post(bodies, to: path) }
    }

    /// Of several rounds the median round's percentiles.
    private static func spread(_ rounds: [[Double]]) -> String {
        let (half, tail) = (rounds.map { $0.percentile(0.5) }.median, rounds.map { $0.percentile(0.99) }.median)
        return "p50 \(half.rounded(1)) ms, p99 \(tail.rounded(1)) ms"
    }
}
