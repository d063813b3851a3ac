import JSONCoding
import Testing

/// What an operator sees and does when a provider does not do its part.
@Suite("What becomes of a call that went wrong")
struct CallOutcomeTests {
    /// Possibly billed, held, released by a retry; refused beside it and left alone.
    @Test func heldUntilSomebodyDecides() async throws {
        let scenario: JSONValue = [
            "rules": [
                ["prompt": "evidence 1 of held", "calls": [1], "do": "reset"],
                ["prompt": "evidence 3 of held", "do": "prompt-blocked"],
            ]
        ]
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: scenario, settings: ["DARKROOM_UNKNOWN_OUTCOME": "hold"])
            #expect(try await trio.create(try rig.file(Cases.document("held", evidence: 3))).code == 0)
            let partial = try await trio.job("held").final()
            let states = (partial["assets"]?.arrayValue ?? []).map { $0.text("status") }
            #expect(partial.outcome == "partial 1/3" && states == ["held", "generated", "needs_prompt_update"])
            let before = try #require(partial["cost"])
            #expect(before.number("micros") == 39_000 && before.number("possiblyBilled") == 1)
            let status = try await rig.initiator("status", "held").output
            #expect(status.contains("evidence-1 held") && status.contains("possibly billed: 1 call"), "\(status)")
            #expect(try await trio.simulator.calls().count == 3, "a held call is not repeated")

            #expect(try await rig.initiator("retry", "held", "evidence-1").code == 0)
            let released = try await trio.job("held").final()
            #expect(released.outcome == "partial 2/3")
            // What the first call may have cost stays on the account.
            let after = try #require(released["cost"])
            #expect(after.number("micros") == 78_000 && after.number("possiblyBilled") == 1, "\(after)")
            #expect(after.number("possibleMicros") == 39_000)
            #expect(try await trio.simulator.calls().count == 4)
        }
    }

    /// Nobody listens at the first provider: the second makes what it can, and the last what the second refuses as wrong;
    /// each says whose turn it was before, and the run's own view how it came to that.
    @Test func theNextProviderInTheList() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(
                scenario: ["rules": [["prompt": "evidence 2 of chain", "do": ["status": 400]]]])
            let worker = try await rig.serve(
                "worker",
                ["--listen", "127.0.0.1:0", "--data", rig.path("worker"), "--provider", "gemini,openai,local"],
                settings: [
                    "GEMINI_API_KEY": "k", "GEMINI_BASE_URL": "http://127.0.0.1:\(try Ports.pick())",
                    "DARKROOM_GEMINI_MODEL": "m1", "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "\(simulator.url)/v1",
                    "DARKROOM_OPENAI_MODEL": "dall-e-3", "DARKROOM_PRICES": "gemini/*=39000 openai/*=40000",
                    "DARKROOM_BACKOFF_FIRST": "0.05", "DARKROOM_MAX_ATTEMPTS": "2", "DARKROOM_RATE_LIMIT": "off",
                    "DARKROOM_CIRCUIT_BREAKER": "off",
                ])
            let receiver = try await rig.receiver()
            let file = try rig.file(Cases.document("chain", evidence: 2))
            #expect(try await rig.create(file, worker: worker.url, receiver: receiver.url).code == 0)
            let job = try await JobReader(server: receiver.url, caseID: "chain").final()
            #expect(job.outcome == "completed 2/2")
            let sources = (job["assets"]?.arrayValue ?? []).compactMap { $0["source"] }
            #expect(sources.map { $0.text("provider") } == ["openai", "local"])
            let causes = sources.compactMap { $0["fallbackCause"] }.map { "\($0.text("provider")) \($0.text("code"))" }
            #expect(causes == ["gemini network", "openai invalid_request"])
            #expect(sources.allSatisfy { $0["isFallback"]?.boolValue == true })
            #expect(job["cost"]?.number("micros") == 40_000)
            let status = try await rig.initiator("status", "chain").output
            #expect(status.contains("fallback by openai, because gemini: network"), "\(status)")

            let run = try await HTTP.get("\(worker.url)/api/runs/\(job.text("jobId"))").text
            for fact in ["history", "network", "invalid_request", "\"retrying\""] {
                #expect(run.contains(fact), "\(fact) is not in the run's view: \(run)")
            }
        }
    }

    /// A job that waits for its turn says how many come before it, to people and to programs.
    @Test func thePlaceInTheQueue() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(
                scenario: ["default": "hold"],
                settings: ["DARKROOM_RATE_LIMIT": "5/s", "DARKROOM_JOB_DEADLINE": "6", "DARKROOM_IMAGE_DEADLINE": "6"])
            let names = (1...4).map { "queue-\($0)" }
            for name in names {
                #expect(try await trio.create(try rig.file(Cases.document(name, evidence: 10))).code == 0)
            }
            let last = try await trio.job("queue-4").when("a place in the queue") {
                $0["queue"]?.number("ahead") ?? 0 > 0
            }
            #expect(last.text("status") == "generating" && last.number("completedImages") == 0)
            #expect(last["cost"]?.number("estimateMicros") == 390_000)
            let status = try await rig.initiator("status", "queue-4")
            #expect(status.code == 6 && status.output.contains("ahead"), "\(status.output)")
            try await trio.simulator.play(["default": "ok"])
            try await trio.simulator.release()
            for name in names { #expect(try await trio.job(name).final().outcome == "completed 10/10") }
            let ended = try await trio.job("queue-4").now()
            #expect(ended["queue"] == nil)
        }
    }
}
