import JSONCoding
import Testing

/// Many cases at once against a provider with limits and bad days.
@Suite("Many cases, one provider", .serialized)
struct FleetTests {
    private static let images = 14

    private struct Fleet: Sendable {
        let rig: Rig
        let simulator: Simulator
        let worker: Server
        let control: Server

        func create(_ count: Int) async throws -> [String] {
            let names = (0..<count).map { "case-\($0)" }
            for name in names {
                let file = Cases.document(name, evidence: 10, locations: 4)
                #expect(try await HTTP.post("\(control.url)/api/generate-case", json: file).status == 202)
            }
            return names
        }

        func finished(_ names: [String]) async throws -> [JSONValue] {
            var jobs: [JSONValue] = []
            for name in names {
                let reader = JobReader(server: control.url, caseID: name)
                jobs.append(
                    try await reader.when("\(name) to end", within: .seconds(600)) {
                        $0["final"]?.boolValue == true
                    })
            }
            return jobs
        }
    }

    private func fleet(_ rig: Rig, scenario: JSONValue, _ settings: [String: String]) async throws -> Fleet {
        let simulator = try await rig.simulator(["--seed", "\(Self.seed)"], scenario: scenario)
        let worker = try await rig.worker(of: simulator, settings: settings)
        let control = try await rig.serve(
            "initiator",
            ["serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker", worker.url])
        return Fleet(rig: rig, simulator: simulator, worker: worker, control: control)
    }

    private static let seed = 20_261_121

    /// The most calls that began within any stretch of that length.
    private func peak(_ calls: [ProviderCall], within length: Double) -> Int {
        let times = calls.map(\.startedMs).sorted()
        var (first, most) = (0, 0)
        for (last, time) in times.enumerated() {
            while times[first] <= time - length { first += 1 }
            most = max(most, last - first + 1)
        }
        return most
    }

    @Test("100 cases at 60 calls a second: all end completed, none by deadline, and those that wait say so")
    func hundredCases() async throws {
        try await Rig.run { rig in
            let fleet = try await fleet(
                rig, scenario: ["default": "jpeg"],
                ["DARKROOM_RATE_LIMIT": "60/s", "DARKROOM_JOB_DEADLINE": "8", "DARKROOM_IMAGE_DEADLINE": "7"])
            let names = try await fleet.create(100)
            let last = try await JobReader(server: fleet.control.url, caseID: "case-99").when("a place in the queue") {
                $0["queue"]?.number("ahead") ?? 0 > 0 || $0.number("completedImages") > 0
            }
            #expect(last["queue"] != nil)
            let jobs = try await fleet.finished(names)
            #expect(jobs.allSatisfy { $0.outcome == "completed 14/14" && $0["queue"] == nil })
            let calls = try await fleet.simulator.calls()
            #expect(calls.count == 100 * Self.images)
            #expect(peak(calls, within: 60_000) <= 3_600)
            let cost = jobs.reduce(0) { $0 + ($1["cost"]?.number("micros") ?? 0) }
            #expect(cost == Int64(100 * Self.images) * 39_000)
        }
    }

    @Test("with a limit a minute no sliding minute at the provider holds more")
    func slidingMinute() async throws {
        try await Rig.run { rig in
            let fleet = try await fleet(rig, scenario: ["default": "jpeg"], ["DARKROOM_RATE_LIMIT": "40"])
            let jobs = try await fleet.finished(try await fleet.create(4))
            #expect(jobs.allSatisfy { $0.outcome == "completed 14/14" })
            let calls = try await fleet.simulator.calls()
            #expect(calls.count == 4 * Self.images)
            #expect(peak(calls, within: 60_000) == 40)
        }
    }

    @Test("rough weather: every case ends, only refused words stay unmade, and the calls are those of the records")
    func roughWeather() async throws {
        let rules: [JSONValue] = [
            ["probability": 0.02, "counting": "prompt", "do": "prompt-blocked"],
            ["probability": 0.10, "do": ["status": 429, "retryInfoMs": 300]],
            ["probability": 0.05, "do": ["status": 500]], ["probability": 0.03, "do": "hang-before-headers"],
            ["probability": 0.01, "do": "not-json"],
        ]
        try await Rig.run { rig in
            let fleet = try await fleet(
                rig, scenario: ["rules": .array(rules), "default": "jpeg"],
                [
                    "DARKROOM_MAX_ATTEMPTS": "8", "DARKROOM_ATTEMPT_TIMEOUT": "2", "DARKROOM_CIRCUIT_BREAKER": "on",
                    "DARKROOM_RATE_LIMIT": "6000",
                ])
            let jobs = try await fleet.finished(try await fleet.create(100))
            let assets = jobs.flatMap { $0["assets"]?.arrayValue ?? [] }
            #expect(assets.count == 100 * Self.images)
            for asset in assets where asset.text("status") != "generated" {
                #expect(asset.text("status") == "needs_prompt_update", "seed \(Self.seed): \(asset)")
            }
            let attempts = assets.reduce(0) { $0 + $1.number("attempts") }
            let calls = try await fleet.simulator.calls()
            #expect(Int64(calls.count) == attempts, "seed \(Self.seed)")
            #expect(peak(calls, within: 60_000) <= 6_000)
            try await fleet.simulator.wait("inProgress", is: 0)
        }
    }

    @Test("a provider that is down is left alone until it answers again, and then every case ends")
    func providerDown() async throws {
        try await Rig.run { rig in
            let fleet = try await fleet(
                rig, scenario: ["default": "jpeg"],
                ["DARKROOM_CIRCUIT_BREAKER": "on", "DARKROOM_MAX_ATTEMPTS": "4", "DARKROOM_RATE_LIMIT": "20/s"])
            let names = try await fleet.create(20)
            try await eventually("some pictures") {
                try await fleet.simulator.calls().count >= 40 ? true : nil
            }
            try await fleet.simulator.play(["default": ["status": 503]])
            let down = try await fleet.simulator.calls().count
            // Opened at first, then again after each probe: 2, 4 and 8 seconds.
            try await eventually("the third pause") {
                fleet.worker.log.contains {
                    $0.text("event") == "provider.circuit_opened" && $0.text("pauseMs") == "8000"
                } ? true : nil
            }
            let during = try await fleet.simulator.calls()[down...]
            let span = (during.map(\.startedMs).max() ?? 0) - (during.map(\.startedMs).min() ?? 0)
            #expect(span >= 5_000)
            // Those under way when it went down, the five that opened the circuit, and two probes.
            #expect(during.count <= 40, "\(during.count) calls in \(span) ms of outage")
            try await fleet.simulator.play(["default": "jpeg"])
            let jobs = try await fleet.finished(names)
            #expect(jobs.allSatisfy { $0.outcome == "completed 14/14" })
        }
    }
}
