import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// An operator is told once when something is wrong, and once when it is over.
@Suite("Alerts")
struct AlertTests {
    private func settings(_ stub: WebhookStub, _ more: [String: String] = [:]) -> [String: String] {
        [
            "DARKROOM_ALERT_URL": stub.url, "DARKROOM_ALERT_INTERVAL": "1", "DARKROOM_ALERT_LEAST_IMAGES": "4",
            "DARKROOM_ALERT_WINDOW": "1h",
        ].merging(more) { $1 }
    }

    private func words(_ deliveries: [WebhookStub.Delivery]) -> [String] {
        deliveries.compactMap { try? JSON.decode(JSONValue.self, from: $0.body) }.map {
            "\($0.text("type")) \($0.text("state"))"
        }
    }

    private func create(_ control: Server, _ name: String, evidence: Int) async throws {
        let reply = try await HTTP.post(
            "\(control.url)/api/generate-case", json: Cases.document(name, evidence: evidence))
        #expect(reply.status == 202, "\(reply.text)")
    }

    /// The server is killed while the alert stands: its successor does not raise it again, and clears it.
    @Test func failingImagesAreToldOnceOverAKill() async throws {
        try await Rig.run { rig in
            let stub = try WebhookStub()
            let simulator = try await rig.simulator(scenario: ["default": ["status": 400]])
            let worker = try await rig.worker(of: simulator)
            let first = try await rig.controlServer(worker: worker.url, settings: settings(stub))
            try await create(first, "bad", evidence: 5)
            let raised = try await stub.deliveries(atLeast: 1)
            let body = try JSON.decode(JSONValue.self, from: raised[0].body)
            #expect(words(raised) == ["images.failing raised"] && body["failureRate"]?.doubleValue == 1)
            #expect(body.number("images") == 5 && body.text("window") == "1h" && body.number("since") > 0)
            // The kill falls before or after the answer was noted: either way the same id. In the first case nobody knows
            // whether somebody is still at it, and the end is told a minute later.
            first.process.signal(SIGKILL)
            _ = try await first.process.end()
            let second = try await rig.controlServer(worker: worker.url, settings: settings(stub))
            try await simulator.play(["default": "ok"])
            try await create(second, "good", evidence: 20)
            let all = try await stub.deliveries.wait(for: "the end of the alert") { [self] deliveries in
                words(deliveries).last == "images.failing cleared" ? deliveries : nil
            }
            #expect(Set(all.dropLast().map { $0.headers["webhook-id"] }).count == 1)
            #expect(all.last?.headers["webhook-id"] != all.first?.headers["webhook-id"])
            try await second.logged("alert.cleared")
            let page = try await second.measures()
            #expect(page[#"darkroom_alerts_total{type="images.failing",outcome="cleared"}"#] == 1)
            #expect(page[#"darkroom_alerts_total{type="images.failing",outcome="raised"}"#] == nil)
        }
    }

    @Test func aJobWithoutNewsIsToldAndItsEndToo() async throws {
        try await Rig.run { rig in
            let stub = try WebhookStub()
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let worker = try await rig.worker(of: simulator)
            let control = try await rig.controlServer(
                worker: worker.url, settings: settings(stub, ["DARKROOM_STUCK_AFTER": "1"]))
            try await create(control, "silent", evidence: 1)
            let told = try await stub.deliveries(atLeast: 1)
            #expect(words(told) == ["job.stuck raised"])
            let body = try JSON.decode(JSONValue.self, from: told[0].body)
            #expect(body.text("caseId") == "silent" && body.text("worker") == worker.url && body.number("epoch") == 1)
            let stuck = try await HTTP.get("\(control.url)/api/metrics/image-generation").json
            #expect(stuck["jobs"]?.number("stuck") == 1)
            try await simulator.release()
            _ = try await stub.deliveries.wait(for: "the end of the alert") { [self] deliveries in
                words(deliveries).last == "job.stuck cleared" ? true : nil
            }
        }
    }

    @Test func aReceiverThatTakesNothing() async throws {
        try await Rig.run { rig in
            let (stub, isOpen) = (try WebhookStub(), Watched(false))
            let receiver = try WebhookStub { _, _ in WebhookStub.Answer(status: isOpen.value ? 200 : 404) }
            let simulator = try await rig.simulator(scenario: ["default": "ok"])
            let worker = try await rig.worker(of: simulator, settings: settings(stub))
            let body = Cases.document("lost", evidence: 1).with("webhookUrl", .string(receiver.url))
            #expect(try await HTTP.post("\(worker.url)/api/generate-case-images", json: body).status == 202)
            let told = try await stub.deliveries(atLeast: 1)
            #expect(words(told) == ["delivery.failing raised"])
            let alert = try JSON.decode(JSONValue.self, from: told[0].body)
            #expect(alert.text("receiver") == "http://127.0.0.1:\(receiver.port)")
            isOpen.update { $0 = true }
            #expect(try await HTTP.post("\(worker.url)/api/deliveries/redeliver", []).status == 202)
            _ = try await stub.deliveries.wait(for: "the end of the alert") { [self] deliveries in
                words(deliveries).last == "delivery.failing cleared" ? true : nil
            }
        }
    }
}
