import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A cancel that overtakes its trigger.
@Suite("Cancel before the trigger")
struct WorkerCancelTests {
    @Test("it is remembered over a restart, and the trigger that follows makes no call")
    func beforeItsTrigger() async throws {
        try await Rig.run { rig in
            let (simulator, stub) = (try await rig.simulator(), try WebhookStub())
            let first = try await rig.worker(of: simulator)
            let cancel = try await HTTP.post("\(first.url)/api/runs/job_1/cancel", json: ["epoch": 2])
            #expect(cancel.status == 202)
            #expect(
                try cancel.json == [
                    "success": true, "jobId": "job_1", "epoch": 2, "status": "canceled", "final": true, "known": false,
                ])
            first.process.signal(SIGKILL)
            _ = try await first.process.end()
            let second = try await rig.worker(of: simulator)
            let trigger = try await HTTP.post(
                "\(second.url)/api/runs",
                json: [
                    "jobId": "job_1", "caseId": "c", "epoch": 2, "claim": "claim_2", "webhookUrl": .string(stub.url),
                    "assets": [["id": "a", "kind": "evidence", "prompt": "A lamp."]],
                ])
            #expect(trigger.status == 202, "\(trigger.text)")
            let told = try JSON.decode(JSONValue.self, from: try await stub.deliveries(atLeast: 1)[0].body)
            #expect(told.text("status") == "canceled")
            #expect(told["final"]?.boolValue == true)
            #expect(try await simulator.calls().isEmpty)
        }
    }
}
