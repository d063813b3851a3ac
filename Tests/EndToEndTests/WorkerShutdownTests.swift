import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A worker that is asked to end while the provider holds its calls.
@Suite("Shutdown of a worker")
struct WorkerShutdownTests {
    private static let images = 3

    /// A worker whose calls are all held at the provider.
    private func held(_ rig: Rig, grace: String) async throws -> (Simulator, Server, Server) {
        let simulator = try await rig.simulator(scenario: ["default": "hold"])
        let receiver = try await rig.receiver()
        let worker = try await rig.worker(of: simulator, settings: ["DARKROOM_SHUTDOWN_GRACE": grace])
        let file = try rig.file(Cases.document("held", evidence: Self.images))
        #expect(try await rig.create(file, worker: worker.url, receiver: receiver.url).code == 0)
        try await simulator.wait("held", is: Int64(Self.images))
        return (simulator, receiver, worker)
    }

    private func logged(_ event: String, by server: Server) async throws {
        _ = try await server.process.errors.wait(for: event) { lines in
            LogLines.read(lines).contains { $0.text("event") == event } ? true : nil
        }
    }

    private func job(_ receiver: Server) -> JobReader { JobReader(server: receiver.url, caseID: "held") }

    @Test(
        "calls that end within the grace are recorded and told; meanwhile no work is taken and questions are answered")
    func drain() async throws {
        try await Rig.run { rig in
            let (simulator, receiver, worker) = try await held(rig, grace: "100")
            worker.process.signal(SIGTERM)
            try await logged("worker.draining", by: worker)
            #expect(try await HTTP.get("\(worker.url)/healthz").status == 200)
            #expect(try await HTTP.get("\(worker.url)/readyz").status == 503)
            let refused = try await HTTP.post(
                "\(worker.url)/api/generate-case-images",
                json: [
                    "caseId": "other", "evidence": [["id": "a", "name": "A", "description": "A."]], "locations": [],
                    "webhookUrl": "http://127.0.0.1:9/hook",
                ])
            #expect(refused.status == 503, "\(refused.text)")
            #expect(Int(refused.headers["retry-after"] ?? "") ?? 0 >= 1)
            let jobID = try await job(receiver).now().text("jobId")
            #expect(try await HTTP.get("\(worker.url)/api/runs/\(jobID)").status == 200)
            try await simulator.release()
            #expect(try await worker.process.end() == .exited(0))
            #expect(try await job(receiver).now().outcome == "completed 3/3")
            _ = try await rig.worker(of: simulator)
            #expect(try await simulator.calls().count == Self.images)
        }
    }

    @Test("a call that outlasts the grace is aborted, counted as possibly billed and made again by the next process")
    func graceOver() async throws {
        try await Rig.run { rig in
            let (simulator, receiver, worker) = try await held(rig, grace: "0.2")
            let jobID = try await job(receiver).now().text("jobId")
            worker.process.signal(SIGTERM)
            #expect(try await worker.process.end() == .exited(0))
            let record = try await rig.run("initiator", ["get", "run:\(jobID)", "--data", rig.path("worker")]).json
            let assets = try #require(record["assets"]?.arrayValue)
            #expect(assets.count == Self.images)
            for asset in assets {
                #expect(asset.text("state") == "retrying")
                #expect(asset.number("crashes") == 0 && asset.number("tries") == 0)
                #expect(asset["error"]?.text("kind") == "outcome_unknown")
                #expect(asset["cost"]?.number("possiblyBilled") == 1)
            }
            try await simulator.play(["default": "ok"])
            _ = try await rig.worker(of: simulator)
            let final = try await job(receiver).final()
            #expect(final.outcome == "completed 3/3")
            #expect(try await simulator.calls().count == 2 * Self.images)
        }
    }

    @Test(
        "a second signal ends it at once, as a crash would", arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130))])
    func secondSignal(signal: Int32, code: Int32) async throws {
        try await Rig.run { rig in
            let (simulator, receiver, worker) = try await held(rig, grace: "3000")
            worker.process.signal(SIGTERM)
            try await logged("worker.draining", by: worker)
            worker.process.signal(signal)
            #expect(try await worker.process.end() == .exited(code))
            try await simulator.play(["default": "ok"])
            _ = try await rig.worker(of: simulator)
            #expect(try await job(receiver).final().outcome == "completed 3/3")
        }
    }

    @Test("a receiver ends in order though a client waits for news")
    func receiver() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let receiver = try await rig.receiver()
            let worker = try await rig.worker(of: simulator)
            let file = try rig.file(Cases.document("held", evidence: 1))
            #expect(try await rig.create(file, worker: worker.url, receiver: receiver.url).code == 0)
            try await simulator.wait("held", is: 1)
            receiver.process.signal(SIGTERM)
            #expect(try await receiver.process.end(within: Limits.stop) == .exited(0))
        }
    }
}

/// An image whose call takes the worker down with it.
@Suite("Quarantine")
struct WorkerQuarantineTests {
    @Test("after the third crash in one image's call that image has failed, and the others are made")
    func quarantine() async throws {
        try await Rig.run { rig in
            let poison: JSONValue = ["rules": [["prompt": "evidence 1 of poison.", "do": "hang-before-headers"]]]
            let simulator = try await rig.simulator(scenario: poison)
            let receiver = try await rig.receiver()
            let listen = "127.0.0.1:\(try Ports.pick())"
            var worker = try await rig.worker(of: simulator, listen: listen)
            let file = try rig.file(Cases.document("poison", evidence: 3))
            #expect(try await rig.create(file, worker: worker.url, receiver: receiver.url).code == 0)
            let reader = JobReader(server: receiver.url, caseID: "poison")
            for crash in 1...3 {
                try await eventually("call \(crash) of the poisonous image") {
                    try await simulator.calls().count { $0.prompt.contains("evidence 1 of poison.") } == crash
                        ? true : nil
                }
                // The others are out of the way: only this call is in flight at the kill.
                _ = try await reader.when("the others to be made") { $0.number("completedImages") == 2 }
                worker.process.signal(SIGKILL)
                _ = try await worker.process.end()
                worker = try await rig.worker(of: simulator, listen: listen)
            }
            let job = try await reader.final()
            #expect(job.outcome == "partial 2/3")
            let failed = try #require(job["assets"]?.arrayValue?.first { $0.text("id") == "evidence-1" })
            #expect(failed.text("status") == "failed")
            #expect(failed["error"]?.text("message").contains("3 times") == true)
            let calls = try await simulator.calls()
            #expect(calls.count { $0.prompt.contains("evidence 1 of poison.") } == 3)
            #expect(calls.count == 5)
        }
    }
}
