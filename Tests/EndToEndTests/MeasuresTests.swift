import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What the servers measure, and what the records say of how generation goes.
@Suite("Measures")
struct MeasuresTests {
    /// The first of four is refused, the second fails once.
    private static let scenario: JSONValue = [
        "default": "ok",
        "rules": [
            ["prompt": "evidence 1 of", "do": "prompt-blocked"],
            ["prompt": "evidence 2 of", "do": ["flaky": 1, "with": ["status": 503]]],
        ],
    ]

    private func job(_ control: Server, _ name: String, _ headers: [String: String] = [:]) async throws -> JSONValue {
        let reply = try await HTTP.post(
            "\(control.url)/api/generate-case", headers: headers,
            json: Cases.document(name, evidence: 3, locations: 1))
        #expect(reply.status == 202, "\(reply.text)")
        return try await JobReader(server: control.url, caseID: name, headers: headers).final()
    }

    @Test func threeServersCountWhatTheyDo() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: Self.scenario)
            let worker = try await rig.worker(of: simulator)
            let control = try await rig.controlServer(worker: worker.url)
            let receiver = try await rig.receiver(data: "other")
            #expect(try await job(control, "counted").outcome == "partial 3/4")
            try await worker.logged("webhook.delivered") { $0.text("jobId") != "" }
            #expect(try await HTTP.get("\(control.url)/no/such/route/of/ours").status == 404)

            let made = try await worker.measures()
            let lane = #"provider="gemini",model="m1""#
            #expect(made[#"darkroom_images_total{kind="evidence",\#(lane),outcome="generated"}"#] == 2)
            #expect(made[#"darkroom_images_total{kind="location",\#(lane),outcome="generated"}"#] == 1)
            #expect(made[#"darkroom_images_total{kind="evidence",\#(lane),outcome="needs_prompt_update"}"#] == 1)
            #expect(made[#"darkroom_attempts_total{\#(lane),code="ok"}"#] == 3)
            #expect(made[#"darkroom_attempts_total{\#(lane),code="refused"}"#] == 1)
            #expect(made[#"darkroom_attempts_total{\#(lane),code="provider_failure"}"#] == 1)
            #expect(made[#"darkroom_image_retries_total{\#(lane),code="provider_failure"}"#] == 1)
            #expect(made[#"darkroom_attempt_duration_seconds_count{provider="gemini"}"#] == 5)
            #expect(made[#"darkroom_spent_micros_total{\#(lane)}"#] == 117_000)
            #expect(made[#"darkroom_runs_finished_total{status="partial"}"#] == 1)
            #expect(made["darkroom_webhook_latency_seconds_count"] ?? 0 >= 1)
            #expect(made[#"darkroom_calls_in_flight{\#(lane)}"#] == 0)

            let told = try await control.measures()
            #expect(told[#"darkroom_jobs_created_total{family="case"}"#] == 1)
            #expect(told[#"darkroom_jobs_finished_total{family="case",status="partial"}"#] == 1)
            #expect(told[#"darkroom_job_duration_seconds_count{family="case"}"#] == 1)
            let ends = told.values.filter { $0.key.hasPrefix("darkroom_job_images_total{") }
            #expect(ends.values.reduce(0, +) == 4)
            #expect(told[#"darkroom_triggers_total{outcome="accepted"}"#] == 1)
            #expect(told[#"darkroom_webhooks_received_total{outcome="folded"}"#] ?? 0 >= 1)
            #expect(told[#"darkroom_http_requests_total{method="GET",route="none",status="404"}"#] == 1)
            #expect(!told.text.contains("no/such") && !told.text.contains("counted"), "a path is in it")

            let pages = [made, told, try await receiver.measures()]
            for (page, program) in zip(pages, ["worker", "initiator", "receiver"]) {
                #expect(page.text.contains(#"darkroom_build_info{program="\#(program)",version="#))
                #expect(page["process_resident_memory_bytes"] ?? 0 > 1_000_000 && page["process_open_fds"] ?? 0 > 3)
                #expect(page["darkroom_store_commits_total"] ?? 0 >= (program == "receiver" ? 0 : 1))
                try await checkWithPromtool(page, rig)
            }
        }
    }

    /// `scripts/test` gets it and names it.
    private static let promtool = getenv("DARKROOM_PROMTOOL").map { String(cString: $0) }

    /// Says nothing of a page that is clean.
    private func checkWithPromtool(_ page: PrometheusPage, _ rig: Rig) async throws {
        guard let promtool = Self.promtool else { return }
        let path = rig.path("page-\(page.values.count).txt")
        try Files.write(Array(page.text.utf8), to: path)
        let checked = try await rig.run("/bin/sh", ["-c", "exec \"$0\" check metrics <\"$1\"", promtool, path])
        #expect(
            checked.code == 0 && checked.output.isEmpty && checked.errors.isEmpty, "\(checked.output)\(checked.errors)")
    }

    @Test("the route and the command answer the same: rates, times, cost by job type")
    func statistics() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: Self.scenario)
            let worker = try await rig.worker(of: simulator)
            let control = try await rig.controlServer(worker: worker.url)
            _ = try await job(control, "first")
            let image = try await HTTP.post(
                "\(control.url)/api/images/generate",
                json: [
                    "job_type": "start_frame", "prompt": "A quiet street.", "projectId": "p1", "branchId": "b1",
                    "sceneId": "s1", "shotId": "sh1",
                ])
            #expect(image.status == 202, "\(image.text)")
            let answer: JSONValue = try await eventually("both jobs to have ended") {
                let figures = try await HTTP.get("\(control.url)/api/metrics/image-generation?window=1h").json
                return figures["jobs"]?.number("ended") == 2 ? Optional(figures) : Optional.none
            }
            #expect(answer.text("window") == "1h" && answer.number("to") - answer.number("from") == 3_600_000)
            #expect(answer["truncated"] == false && answer["jobs"]?.number("partial") == 1)
            #expect(answer["jobs"]?.number("running") == 0 && answer["jobs"]?.number("stuck") == 0)
            let images = answer["images"]
            #expect(images?.number("made") == 4 && images?.number("failed") == 1)
            #expect(images?["successRate"]?.doubleValue == 0.8)
            #expect(abs((images?["failureRate"]?.doubleValue ?? 0) - 0.2) < 1e-9)
            #expect(answer["cost"]?.number("micros") == 156_000)
            #expect(
                answer["generationTimeMs"]?.number("count") == 2 && answer["generationTimeMs"]?.number("p99") ?? 0 > 0)
            #expect(answer["webhookLatencyMs"]?.number("count") ?? 0 >= 1)
            #expect(answer["byKind"]?["start_frame"]?["cost"]?.number("micros") == 39_000)
            #expect(answer["byKind"]?["evidence"]?["images"]?.number("failed") == 1)
            #expect(answer["byProvider"]?["gemini"]?["images"]?.number("made") == 4)
            #expect(answer["byFamily"]?["scene"]?["jobs"]?.number("completed") == 1)

            let command = try await rig.initiator("stats", "--window", "1h", "--json")
            #expect(command.code == 0, "\(command.errors)")
            for field in [
                "jobs", "images", "cost", "generationTimeMs", "webhookLatencyMs", "byKind", "byProvider", "byFamily",
            ] {
                #expect(try command.json[field] == answer[field], "\(field)")
            }
            let text = try await rig.initiator("stats", "--window", "1h").output
            for words in [
                "last 1h: 2 jobs ended (1 completed, 1 partial", "success rate 80%", "time to completion: mean ",
                "cost: 0.156", "by job type:", "start_frame  1 made, 0 failed, 0 canceled · success rate 100% · 0.039",
            ] {
                #expect(text.contains(words), "\(words) is not in \(text)")
            }
            for wrong in ["0h", "1y", "", "32d", "%2e"] {
                let reply = try await HTTP.get("\(control.url)/api/metrics/image-generation?window=\(wrong)")
                #expect(reply.status == 400 && reply.errorField == "window", "\(wrong)")
            }
            let path = "\(control.url)/api/metrics/image-generation?window=1h&parts=12"
            let parts = try await HTTP.get(path).json["parts"]?.arrayValue ?? []
            let made = parts.compactMap { $0["images"]?.number("made") }
            #expect(made.count == 12 && made.reduce(0, +) == 4, "\(made)")
            for wrong in ["0", "101", "-1", "x", ""] {
                let reply = try await HTTP.get("\(control.url)/api/metrics/image-generation?parts=\(wrong)")
                #expect(reply.status == 400 && reply.errorField == "parts", "\(wrong)")
            }
            #expect(try await rig.initiator("stats", "--window", "1y").code == 2)
            #expect(try await HTTP.post("\(control.url)/metrics", []).status == 405)
        }
    }

    @Test("measures are for the operator, statistics for their owner, and neither for strangers")
    func whoMaySee() async throws {
        try await Rig.run(Closed.settings) { rig in
            let desk = KeyDesk(rig: rig)
            let (own, admin) = (
                try await desk.create("local", scope: "read"), try await desk.create("ada", scope: "admin")
            )
            let (ada, bob) = (try await desk.create("ada"), try await desk.create("bob", scope: "read"))
            let simulator = try await rig.simulator(scenario: ["default": "ok"])
            let worker = try await rig.worker(of: simulator)
            let control = try await rig.controlServer(worker: worker.url)
            _ = try await job(control, "seen", ada.headers)
            let statistics = "\(control.url)/api/metrics/image-generation"
            func made(_ headers: [String: String], _ query: String = "") async throws -> Int64? {
                try await HTTP.get(statistics + query, headers: headers).json["images"]?.number("made")
            }
            #expect(try await made(ada.headers) == 4)
            #expect(try await made(bob.headers) == 0)
            #expect(try await made(Closed.reading) == 4, "the operator sees all")
            #expect(try await made(admin.headers, "?owner=bob") == 0)
            #expect(try await made(admin.headers, "?owner=ada") == 4)
            #expect(try await HTTP.get(statistics).status == 401)
            for (headers, status) in [
                ([:], 401), (bob.headers, 403), (ada.headers, 403), (own.headers, 200), (admin.headers, 200),
                (Closed.reading, 200), (["Authorization": "Bearer nobody"], 401),
            ] {
                #expect(try await HTTP.get("\(control.url)/metrics", headers: headers).status == status)
            }
            #expect(try await HTTP.get("\(worker.url)/metrics").status == 401)
            let token = ["Authorization": "Bearer \(Closed.workerToken)"]
            #expect(try await HTTP.get("\(worker.url)/metrics", headers: token).status == 200)
        }
    }
}
