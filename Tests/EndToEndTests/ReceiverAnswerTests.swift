import JSONCoding
import Testing

/// What a worker makes of a receiver's answers. The images are made and kept whatever it says.
@Suite("What receivers answer")
struct ReceiverAnswerTests {
    /// Runs a case of six against a receiver that answers so, until the run is over, and returns what it was sent.
    private func deliveries(
        _ answer: @escaping @Sendable (WebhookStub.Delivery, Int) -> WebhookStub.Answer,
        until isTold: @escaping @Sendable ([WebhookStub.Delivery]) -> Bool
    ) async throws -> [WebhookStub.Delivery] {
        let stub = try WebhookStub(answer)
        try await Rig.run { rig in
            // The images wait for the first answer, so that the start is told alone.
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let worker = try await rig.worker(of: simulator)
            let body = Cases.document("answered", evidence: 5).with("webhookUrl", .string(stub.url))
            #expect(try await HTTP.post("\(worker.url)/api/generate-case-images", json: body).status == 202)
            _ = try await stub.deliveries(atLeast: 1)
            try await simulator.wait("held", is: 5)
            try await simulator.release()
            try await worker.logged("job.finished") { $0.text("images") == "5/5" }
            _ = try await stub.deliveries.wait(for: "the last delivery") { isTold($0) ? true : nil }
            let run = try await HTTP.get("\(worker.url)/api/runs/case.answered").json
            #expect(run.outcome == "completed 5/5")
        }
        return stub.deliveries.value
    }

    private static func isFinal(_ delivery: WebhookStub.Delivery) -> Bool {
        (try? JSON.decode(JSONValue.self, from: delivery.body))?["final"]?.boolValue == true
    }

    /// 410: nothing more is sent, the run goes on.
    @Test func gone() async throws {
        let sent = try await deliveries({ _, _ in .init(status: 410) }, until: { $0.count == 1 })
        #expect(sent.count == 1)
    }

    /// 404 and other refusals: that delivery is given up, the next is tried.
    @Test(arguments: [400, 401, 404, 422])
    func refused(_ status: Int) async throws {
        let sent = try await deliveries(
            { _, number in .init(status: number == 1 ? status : 200) }, until: { $0.contains(where: Self.isFinal) })
        #expect(sent.count == 2)
        #expect(sent.first?.headers["webhook-id"] != sent.last?.headers["webhook-id"])
    }

    /// A redirect is a failure: it is not followed, and the same is sent again to the same address.
    @Test func redirected() async throws {
        let sent = try await deliveries(
            { _, number in
                number == 1 ? .init(status: 307, headers: ["Location": "/elsewhere"]) : .init()
            }, until: { $0.contains(where: Self.isFinal) })
        #expect(sent.allSatisfy { $0.path == "/hook" })
        #expect(sent.count >= 2)
    }
}
