import CurlClient
import JSONCoding
import ProcessDriving

/// Thousands who wait for news of jobs at one control plane: by events, and by long polls.
struct ListenerFigure: Figure {
    private static let cases = 50

    func rows(in lab: Lab) async throws -> [Row] {
        let count = lab.isQuick ? 1_000 : 5_000
        let plan = Stack.Plan(
            scenario: #"{"default": "hang-before-headers"}"#, worker: ["DARKROOM_ATTEMPT_TIMEOUT": "600"],
            control: ["DARKROOM_REQUESTS_PER_ADDRESS": "off"])
        return try await Stack.run(plan, in: lab) { stack in
            let burst = try RequestBurst(to: stack.control.url, connections: Self.cases)
            let bodies = try (0..<Self.cases).map { try Cases.body("heard-\($0)") }
            _ = try await Submission.post(bodies, with: burst, lab)
            try await ControlView.open(stack.controlDirectory) { view in
                try await view.waitForStart(of: Self.cases, prefix: "heard-", within: .seconds(60))
            }
            let path = "/api/cases/heard-0/"
            let one = try await listen(
                "\(count) event streams of one job", Array(repeating: path + "events", count: count), stack, lab,
                change: "heard-0")
            let many = try await listen(
                "\(count) event streams of \(Self.cases) jobs",
                (0..<count).map { "/api/cases/heard-\($0 % Self.cases)/events" }, stack, lab, change: nil)
            let polls = try await poll(count, stack, lab)
            return [one, many, polls].flatMap { $0 }
        }
    }

    /// - Parameter change: the case whose job is canceled, if all listen to it.
    private func listen(
        _ what: String, _ paths: [String], _ stack: Stack, _ lab: Lab, change: String?
    ) async throws -> [Row] {
        let idle = try stack.control.usage()
        let begin = ContinuousClock.now
        let crowd = try await lab.blocking { try ListenerCrowd(to: stack.control.url, paths: paths) }
        let opened = try await lab.blocking { try crowd.hear("event: job", since: begin) }
        let held = try stack.control.usage()
        var rows = [memory(what, paths.count, idle, held, opened: opened)]
        if let change {
            let asked = ContinuousClock.now
            async let heard = lab.blocking { try crowd.hear("event: job", since: asked) }
            try await cancel(change, stack, lab)
            rows.append(reach(what, try await heard, since: held, try stack.control.usage()))
        }
        return rows
    }

    private func poll(_ count: Int, _ stack: Stack, _ lab: Lab) async throws -> [Row] {
        let document = try await ask("GET", "heard-1/image-job", stack, lab)
        let revision = try JSON.decode(JSONValue.self, from: document)["revision"]?.intValue ?? 0
        let what = "\(count) long polls of one job"
        let idle = try stack.control.usage()
        let paths = Array(repeating: "/api/cases/heard-1/image-job?wait=60&after=\(revision)", count: count)
        let crowd = try await lab.blocking { try ListenerCrowd(to: stack.control.url, paths: paths) }
        // Nothing tells from outside that the last of them is waiting.
        try await Task.sleep(for: .seconds(3))
        let held = try stack.control.usage()
        let asked = ContinuousClock.now
        async let heard = lab.blocking { try crowd.hear("\"revision\"", since: asked) }
        try await cancel("heard-1", stack, lab)
        return [
            memory(what, count, idle, held, opened: nil),
            reach(what, try await heard, since: held, try stack.control.usage()),
        ]
    }

    private func cancel(_ name: String, _ stack: Stack, _ lab: Lab) async throws {
        _ = try await ask("POST", "\(name)/cancel", stack, lab)
    }

    private func ask(_ method: String, _ path: String, _ stack: Stack, _ lab: Lab) async throws -> [UInt8] {
        let url = "\(stack.control.url)/api/cases/\(path)"
        let answer = try await lab.http.send(
            HTTPRequest(method, url, timeout: .seconds(30), maximumBodyBytes: 1 << 20))
        guard answer.status < 300 else { throw BenchFailure("\(method) \(path) was answered \(answer.status)") }
        return answer.body
    }

    private func memory(_ what: String, _ count: Int, _ idle: Usage, _ held: Usage, opened: [Double]?) -> Row {
        let each = (held.own - idle.own) * 1_000 / Double(count)
        let times = opened.map { "; the last had its first event after \(($0.max() ?? 0).rounded(0)) ms" } ?? ""
        return Row(
            "control plane's memory for \(what), each",
            "\(each.rounded(1)) kB (RssAnon \(idle.own.rounded(0)) → \(held.own.rounded(0)) MB)",
            against: "goal 20 kB\(times)")
    }

    private func reach(_ what: String, _ times: [Double], since before: Usage, _ after: Usage) -> Row {
        Row(
            "a cancel asked for, until all of \(what) knew", "\((times.max() ?? 0).rounded(0)) ms",
            against:
                "median \(times.median.rounded(0)) ms; \((after.cpu - before.cpu).rounded(0)) ms of processor time")
    }
}
