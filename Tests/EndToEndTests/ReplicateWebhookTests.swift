import JSONCoding
import Testing

/// Replicate's callbacks on the control plane, and the nudge that a worker gets from them.
@Suite("Callbacks of a provider")
struct ReplicateWebhookTests {
    private static let path = "/api/v1/webhooks/replicate"
    private static let done: JSONValue = ["id": "p1", "status": "succeeded", "output": ["https://r.example/1.jpg"]]

    /// A case in the hands of a worker that only listens.
    private func withCase(
        _ settings: [String: String] = [:], _ body: (Rig, Server, WebhookStub) async throws -> Void
    ) async throws {
        let worker = try WebhookStub { _, _ in .init(status: 202, body: "{}") }
        try await Rig.run(settings) { rig in
            let control = try await rig.serve(
                "initiator",
                [
                    "serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker",
                    "http://127.0.0.1:\(worker.port)",
                ])
            let file = Cases.document("called", evidence: 1)
            let created = try await HTTP.post("\(control.url)/api/generate-case", headers: Closed.reading, json: file)
            #expect(created.status == 202)
            _ = try await worker.deliveries(atLeast: 1)
            try await body(rig, control, worker)
        }
    }

    private func nudges(_ worker: WebhookStub) -> [WebhookStub.Delivery] {
        worker.deliveries.value.filter { $0.path.hasSuffix("/nudge") }
    }

    @Test func aSignedCallbackReachesTheWorker() async throws {
        let settings = Closed.settings.merging(["REPLICATE_WEBHOOK_SECRET": Secret.second.text]) { $1 }
        try await withCase(settings) { _, control, worker in
            let url = "\(control.url)\(Self.path)?case=called"
            let body = try JSON.encode(Self.done)
            let headers = Secret.second.headers(id: "msg_1", body: body)
            #expect(try await HTTP.post(url, headers: headers, body).status == 200)
            // It may come more than once.
            #expect(try await HTTP.post(url, headers: headers, body).status == 200)
            let job = try await JobReader(server: control.url, caseID: "called", headers: Closed.reading).now()
            let told = nudges(worker)
            #expect(told.count == 2)
            for nudge in told {
                #expect(nudge.path == "/api/runs/\(job.text("jobId"))/nudge")
                #expect(nudge.headers["authorization"] == "Bearer \(Closed.workerToken)")
                let sent = try JSON.decode(JSONValue.self, from: nudge.body)
                #expect(sent == ["provider": "replicate", "callId": "p1"])
            }
            // What is not over is no news.
            let running = try JSON.encode(Self.done.with("status", "processing"))
            let early = Secret.second.headers(id: "msg_2", body: running)
            #expect(try await HTTP.post(url, headers: early, running).status == 200)
            #expect(nudges(worker).count == 2)
        }
    }

    @Test func whatIsRefused() async throws {
        let settings = Closed.settings.merging(["REPLICATE_WEBHOOK_SECRET": Secret.second.text]) { $1 }
        try await withCase(settings) { _, control, worker in
            let url = "\(control.url)\(Self.path)"
            let body = try JSON.encode(Self.done)
            let good = Secret.second.headers(id: "msg_1", body: body)
            let old = Secret.second.headers(id: "msg_1", timestamp: WallClock.seconds - 600, body: body)
            let early = Secret.second.headers(id: "msg_1", timestamp: WallClock.seconds + 600, body: body)
            let forged: [([String: String], String)] = [
                ([:], "missing_signature"), (Secret.first.headers(id: "msg_1", body: body), "wrong_signature"),
                (good.merging(["webhook-id": "msg_2"]) { $1 }, "wrong_signature"), (old, "stale_signature"),
                (early, "stale_signature"),
            ]
            for (headers, code) in forged {
                let reply = try await HTTP.post("\(url)?case=called", headers: headers, body)
                #expect(reply.status == 401 && reply.errorCode == code, "\(headers): \(reply.text)")
            }
            let unknown = try await HTTP.post("\(url)?case=nobody", headers: good, body)
            #expect(unknown.status == 404 && unknown.errorCode == "unknown_case")
            for (query, document, field) in [
                ("", body, "case"), ("?case=a%2Fb", body, "case"),
                ("?case=called", Array(#"{"id": "a/b", "status": "succeeded"}"#.utf8), "id"),
                ("?case=called", Array(#"{"status": "succeeded"}"#.utf8), "id"),
                ("?case=called", Array(#"{"id": "p1"}"#.utf8), "status"), ("?case=called", Array("[".utf8), ""),
            ] {
                let headers = Secret.second.headers(id: "msg_3", body: document)
                let reply = try await HTTP.post(url + query, headers: headers, document)
                #expect(reply.status == 400 && reply.errorField == field, "\(query) \(field): \(reply.text)")
            }
            let large = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
            #expect(try await HTTP.post(url + "?case=called", headers: good, large).status == 413)
            #expect(try await HTTP.get(url).status == 405)
            #expect(nudges(worker).isEmpty)
        }
    }

    /// Without a secret, from this machine only, and never for somebody behind a proxy; said at the start.
    @Test func withoutASecret() async throws {
        try await withCase { _, control, worker in
            try await control.logged("webhook.replicate_unsigned")
            let url = "\(control.url)\(Self.path)?case=called"
            let body = try JSON.encode(Self.done)
            let forwarded = try await HTTP.post(url, headers: ["X-Forwarded-For": "203.0.113.9"], body)
            #expect(forwarded.status == 401 && nudges(worker).isEmpty)
            #expect(try await HTTP.post(url, body).status == 200)
            #expect(nudges(worker).count == 1)
        }
    }

    /// The worker asks by itself too: that it cannot be told is no reason for Replicate to call again.
    @Test func aWorkerThatCannotBeReached() async throws {
        try await Rig.run { rig in
            let worker = "http://127.0.0.1:\(try Ports.pick())"
            let control = try await rig.serve(
                "initiator",
                ["serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker", worker])
            let file = Cases.document("called", evidence: 1)
            #expect(try await HTTP.post("\(control.url)/api/generate-case", json: file).status == 202)
            let reply = try await HTTP.post("\(control.url)\(Self.path)?case=called", try JSON.encode(Self.done))
            #expect(reply.status == 200)
            try await control.logged("provider.news_not_forwarded")
        }
    }

    @Test func theWorkersOwnRoute() async throws {
        try await Rig.run(Closed.settings) { rig in
            let trio = try await rig.trio(scenario: ["default": "hold"])
            #expect(try await trio.create(try rig.file(Cases.document("called", evidence: 1))).code == 0)
            let reader = JobReader(server: trio.receiver.url, caseID: "called", headers: Closed.reading)
            let job = try await reader.when("the first webhook") { $0.number("version") >= 1 }
            let runs = "\(trio.worker.url)/api/runs"
            let (url, call) = (
                "\(runs)/\(job.text("jobId"))/nudge", ["provider": "replicate", "callId": "p1"] as JSONValue
            )
            #expect(try await HTTP.post(url, json: call).status == 401)
            #expect(try await HTTP.post(url, headers: Closed.working, json: call).status == 202)
            let unknown = try await HTTP.post("\(runs)/nobody/nudge", headers: Closed.working, json: call)
            #expect(unknown.status == 404 && unknown.errorCode == "unknown_run")
            for (body, field) in [
                (["provider": "replicate"], "callId"), (["provider": "a/b", "callId": "p1"], "provider"),
                (["provider": "replicate", "callId": "../p1"], "callId"),
            ] as [(JSONValue, String)] {
                let reply = try await HTTP.post(url, headers: Closed.working, json: body)
                #expect(reply.status == 400 && reply.errorField == field, "\(body): \(reply.text)")
            }
            try await trio.simulator.release()
        }
    }
}
