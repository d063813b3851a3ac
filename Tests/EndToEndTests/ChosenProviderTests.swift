import JSONCoding
import Testing

/// Which provider makes an image, by whose choice, and that it is said.
@Suite("Providers by choice")
struct ChosenProviderTests {
    private static func failing(_ caseID: String) -> JSONValue {
        ["rules": [["prompt": .string("evidence 2 of \(caseID)"), "do": ["status": 400]]]]
    }

    /// A worker that can be asked for the local renderer by name, as every worker can.
    private func worker(_ rig: Rig, _ simulator: Simulator) async throws -> Server {
        try await rig.serve(
            "worker",
            ["--listen", "127.0.0.1:0", "--data", rig.path("worker"), "--provider", "gemini"],
            settings: [
                "GEMINI_API_KEY": "test-key", "GEMINI_BASE_URL": simulator.url, "DARKROOM_GEMINI_MODEL": "m1",
                "DARKROOM_PRICES": "gemini/*=39000", "DARKROOM_RATE_LIMIT": "off",
            ])
    }

    @Test func aFallbackByCommandIsSaidOpenly() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: Self.failing("chosen"))
            let (worker, receiver) = (try await worker(rig, simulator), try await rig.receiver())
            let file = try rig.file(Cases.document("chosen", evidence: 3))
            let created = try await rig.initiator(
                "create", file, "--worker", worker.url, "--receiver", receiver.url, "--providers", "gemini")
            #expect(created.code == 0, "\(created.errors)")
            let reader = JobReader(server: receiver.url, caseID: "chosen")
            let partial = try await reader.final()
            #expect(partial.outcome == "partial 2/3")
            #expect(partial["cost"]?.number("micros") == 78_000)
            let calls = try await simulator.calls().count

            #expect(try await rig.initiator("fallback", "chosen").code == 0)
            #expect(try await rig.initiator("watch", "chosen").code == 0)
            let whole = try await reader.now()
            let sources = (whole["assets"]?.arrayValue ?? []).compactMap { $0["source"] }
            #expect(sources.map { $0.text("provider") } == ["gemini", "local", "gemini"])
            #expect(sources.map { $0["isFallback"]?.boolValue } == [false, true, false])
            #expect(try await simulator.calls().count == calls)
            #expect(whole["cost"]?.number("micros") == 78_000)
            let status = try await rig.initiator("status", "chosen")
            #expect(status.output.contains("evidence-2 generated"))
            #expect(status.output.contains("fallback by local, because gemini: invalid_request"))
            #expect(status.output.contains("cost: 0.078"))
            let again = try await rig.initiator("fallback", "chosen")
            #expect(again.code == 2 && again.errors.contains("every image of this case was made"))
        }
    }

    @Test func overHTTP() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": ["status": 400]])
            let worker = try await worker(rig, simulator)
            let control = try await rig.serve(
                "initiator",
                ["serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker", worker.url])
            let file = Cases.document("chosen", evidence: 3).with("options", ["providers": ["gemini"]])
            #expect(try await HTTP.post("\(control.url)/api/generate-case", json: file).status == 202)
            let reader = JobReader(server: control.url, caseID: "chosen")
            #expect(try await reader.final().outcome == "failed 0/3")
            let url = "\(control.url)/api/cases/chosen/fallback"
            let table: [(JSONValue, Int, String, String?)] = [
                (["provider": "No Such"], 400, "invalid_request", "provider"),
                (["assets": []], 400, "invalid_request", "assets"),
                (["assets": ["nobody"]], 404, "unknown_asset", nil),
                (["assets": "evidence-1"], 400, "invalid_request", "assets"),
            ]
            for (body, status, code, field) in table {
                let reply = try await HTTP.post(url, json: body)
                #expect(reply.status == status && reply.errorCode == code, "\(body): \(reply.text)")
                #expect(reply.errorField == field, "\(body): \(reply.text)")
            }
            #expect(try await HTTP.post(url, json: ["assets": ["evidence-3"]]).status == 202)
            #expect(try await reader.final().outcome == "partial 1/3")
            // Without a body: all that is left.
            #expect(try await HTTP.post(url, []).status == 202)
            let whole = try await reader.final()
            #expect(whole.outcome == "completed 3/3" && whole.number("epoch") == 3)
            let sources = (whole["assets"]?.arrayValue ?? []).compactMap { $0["source"] }
            #expect(sources.count == 3 && sources.allSatisfy { $0["isFallback"]?.boolValue == true })
        }
    }

    /// A name that the worker has not: the epoch is over at once, and the case can be worked on again.
    @Test func aProviderThatTheWorkerHasNot() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            let (worker, receiver) = (try await worker(rig, simulator), try await rig.receiver())
            let file = try rig.file(Cases.document("chosen", evidence: 2))
            let addresses = ["--worker", worker.url, "--receiver", receiver.url, "--data", rig.path("control")]
            for (names, inFile) in [("Gemini", "options.providers"), ("", "options.providers"), ("a,a", "twice")] {
                let wrong = try await rig.run("initiator", ["create", file, "--providers", names] + addresses)
                #expect(wrong.code == 2 && wrong.errors.contains(inFile), "\(names): \(wrong.errors)")
            }
            #expect(try await rig.initiator("list").output.isEmpty)

            let refused = try await rig.run("initiator", ["create", file, "--providers", "openai"] + addresses)
            #expect(refused.code == 2 && refused.errors.contains("options.providers"), "\(refused.errors)")
            let job = try await JobReader(server: receiver.url, caseID: "chosen").now()
            #expect(job.outcome == "failed 0/2" && job["final"]?.boolValue == true)
            #expect(job.text("lastError").contains("gemini, local"))
            #expect(job.text("errorCode") == "VALIDATION_ERROR")

            let (none, local) = ("nonsense", "local")
            #expect(try await rig.initiator("fallback", "chosen", "--provider", none).code == 2)
            #expect(try await rig.initiator("fallback", "chosen", "--provider", local).code == 0)
            #expect(try await rig.initiator("watch", "chosen").code == 0)
            #expect(try await simulator.calls().isEmpty)
        }
    }

    /// Only what is named is made; the others keep their state and reason.
    @Test func retryOfSome() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: ["default": ["status": 400]])
            #expect(try await trio.create(try rig.file(Cases.document("some", evidence: 3))).code == 0)
            _ = try await trio.job("some").final()
            try await trio.simulator.play(["default": "ok"])
            #expect(try await rig.initiator("retry", "some", "evidence-1", "evidence-3").code == 0)
            let job = try await trio.job("some").final()
            #expect(job.outcome == "partial 2/3" && job.texts("failedIds") == ["evidence-2"])
            #expect(job["assets"]?[1]?["error"]?.text("kind") == "invalid_request")
            #expect(try await trio.simulator.calls().count == 5)
            #expect(try await rig.initiator("retry", "some", "evidence-1").code == 2)
            #expect(try await rig.initiator("retry", "some", "evidence-2").code == 0)
            #expect(try await trio.job("some").final().outcome == "completed 3/3")
        }
    }
}
