import CurlClient
import JobModel
import ProcessDriving

#if canImport(Glibc)
import Glibc
#endif

/// Worker and control plane killed with thousands of live jobs on record, and how long each takes to serve again.
struct StartupFigure: Figure {
    private static let connections = 100

    func rows(in lab: Lab) async throws -> [Row] {
        let jobs = lab.isQuick ? 1_000 : 10_000
        // Few calls under way: the jobs are live and wait.
        let plan = Stack.Plan(
            scenario: #"{"default": "hang-before-headers"}"#,
            worker: [
                "DARKROOM_ATTEMPT_TIMEOUT": "600", "DARKROOM_CONCURRENCY": "10", "DARKROOM_MAX_RUNS": "\(2 * jobs)",
            ])
        return try await Stack.run(plan, in: lab) { stack in
            try await fill(stack, jobs, lab)
            await stack.worker.end(by: SIGKILL)
            await stack.control.end(by: SIGKILL)
            let control = try await time(lab) { try await stack.restartControl() }
            let worker = try await time(lab) { try await stack.restartWorker() }
            return [
                Row(
                    "start with \(jobs) live jobs to `ready` and a first 200 from /readyz: worker, control plane",
                    "\(worker.rounded(0)) ms, \(control.rounded(0)) ms", against: "goal 2,000 ms each")
            ]
        }
    }

    private func fill(_ stack: Stack, _ jobs: Int, _ lab: Lab) async throws {
        let burst = try RequestBurst(to: stack.control.url, connections: Self.connections)
        for start in stride(from: 0, to: jobs, by: Self.connections) {
            let bodies = try (start..<min(jobs, start + Self.connections)).map { try Cases.body("live-\($0)") }
            _ = try await Submission.post(bodies, with: burst, lab)
        }
        try await ControlView.open(stack.controlDirectory) { view in
            try await view.waitForStart(of: jobs, prefix: "live-", within: .seconds(300))
        }
    }

    /// Each alone, so that the one does not give the other work.
    private func time(_ lab: Lab, _ start: () async throws -> Server) async throws -> Double {
        let begin = ContinuousClock.now
        let server = try await start()
        let health = await Result {
            try await lab.http.send(
                HTTPRequest("GET", server.url + "/readyz", timeout: .seconds(30), maximumBodyBytes: 4_096))
        }
        let milliseconds = (ContinuousClock.now - begin).milliseconds
        await server.end(by: SIGKILL)
        let status = try health.get().status
        guard status == 200 else { throw BenchFailure("/readyz was answered with \(status)") }
        return milliseconds
    }
}
