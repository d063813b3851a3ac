import JSONCoding
import Testing

/// A request's trace and its id, from the client through all servers to the outside.
@Suite("Traces")
struct TraceTests {
    private static let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let header = "00-\(traceID)-00f067aa0ba902b7-01"

    @Test("the trace of a submission is in the lines of both servers, and goes to the provider where that is set")
    func throughAll() async throws {
        for isTold in [true, false] {
            try await Rig.run(["DARKROOM_LOG_LEVEL": "debug"]) { rig in
                let provider = try WebhookStub { _, _ in .init(status: 400, body: "{}") }
                let worker = try await rig.serve(
                    "worker", ["--listen", "127.0.0.1:0", "--data", rig.path("worker"), "--provider", "gemini"],
                    settings: [
                        "GEMINI_API_KEY": "test-key", "GEMINI_BASE_URL": "http://127.0.0.1:\(provider.port)",
                        "DARKROOM_GEMINI_MODEL": "m1", "DARKROOM_PRICES": "gemini/*=1",
                        "DARKROOM_TRACE_PROVIDERS": isTold ? "1" : "0",
                    ])
                let control = try await rig.controlServer(worker: worker.url)
                let reply = try await HTTP.post(
                    "\(control.url)/api/generate-case", headers: ["traceparent": Self.header],
                    json: Cases.document("traced", evidence: 2))
                #expect(reply.status == 202)
                let job = try await JobReader(server: control.url, caseID: "traced").final()
                #expect(job.outcome == "failed 0/2")
                let calls = try await provider.deliveries(atLeast: 2)
                #expect(calls.allSatisfy { $0.headers["traceparent"] == (isTold ? Self.header : nil) })
                let stored = try await rig.initiator("get", "case:traced:image-job")
                #expect(stored.output.contains(Self.header))
                try await worker.logged("webhook.delivered")
                try await control.logged("job.finished")
                for server in [control, worker] {
                    let ofJob = server.log.filter { $0.text("caseId") == "traced" }
                    #expect(!ofJob.isEmpty && ofJob.allSatisfy { $0.text("traceId") == Self.traceID }, "\(ofJob)")
                }
                // The webhook came with it.
                let hooks = control.log.filter { $0.text("route").contains("image-progress") }
                #expect(!hooks.isEmpty && hooks.allSatisfy { $0.text("traceId") == Self.traceID })
            }
        }
    }

    @Test("a stranger's webhooks have the trace that the stranger's request came with, or one of their own")
    func webhooks() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "ok"])
            let worker = try await rig.worker(of: simulator)
            var seen: Set<String> = []
            for (index, header) in [Self.header, nil, nil, "00-nonsense", "\(Self.header), \(Self.header)"].enumerated()
            {
                let stub = try WebhookStub()
                let body = Cases.document("own-\(index)", evidence: 1).with("webhookUrl", .string(stub.url))
                let reply = try await HTTP.post(
                    "\(worker.url)/api/generate-case-images", headers: header.map { ["traceparent": $0] } ?? [:],
                    json: body)
                #expect(reply.status == 202)
                let told = try await stub.deliveries.wait(for: "the outcome") { deliveries in
                    deliveries.contains { $0.body.contains("completed".utf8) } ? deliveries : nil
                }
                let traces = Set(told.map { $0.headers["traceparent"] ?? "" })
                #expect(traces.count == 1)
                let trace = try #require(traces.first)
                if index == 0 { #expect(trace == Self.header) } else { #expect(trace != Self.header) }
                #expect(trace.split(separator: "-").map(\.count) == [2, 32, 16, 2], "\(trace)")
                #expect(seen.insert(trace).inserted, "no two runs are of one trace")
            }
        }
    }

    @Test("every answer has a request id: the client's own where it names nobody, else ours")
    func requestIDs() async throws {
        try await Rig.run(["DARKROOM_LOG_LEVEL": "debug"]) { rig in
            let control = try await rig.controlServer()
            func id(_ own: String?, _ path: String = "/healthz") async throws -> String {
                let headers = own.map { ["X-Request-Id": $0] } ?? [:]
                let reply = try await HTTP.get(control.url + path, headers: headers)
                return reply.headers.first { $0.key.lowercased() == "x-request-id" }?.value ?? ""
            }
            for own in ["0af7651916cd43dd8448eb211c80319c", "7B2E0E7A-6F0B-4E2E-9E0A-0A9C54C1D9B5"] {
                #expect(try await id(own) == own)
                try await control.logged("request.served") { $0.text("requestId") == own }
            }
            let marked = "marked.person@example.org"
            let ours = [try await id(nil), try await id(nil), try await id(marked), try await id("", "/no/such")]
            #expect(ours.allSatisfy { $0.utf8.count == 32 } && Set(ours).count == 4, "\(ours)")
            try await control.logged("request.served") { $0.text("requestId") == ours[3] && $0.text("status") == "404" }
            #expect(!control.process.errors.value.text.contains(marked))
        }
    }
}
