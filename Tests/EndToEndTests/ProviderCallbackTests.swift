import JSONCoding
import Testing

/// A provider whose calls have ids: told by its own callbacks, and asked about by whoever comes after a crash.
@Suite("A call with an id, from end to end")
struct ProviderCallbackTests {
    private func settings(_ simulator: Simulator, _ more: [String: String] = [:]) -> [String: String] {
        [
            "REPLICATE_API_TOKEN": "r8_callback", "REPLICATE_BASE_URL": simulator.url,
            "DARKROOM_REPLICATE_MODEL": "maker/pictures", "DARKROOM_PRICES": "replicate/*=39000",
            "DARKROOM_RATE_LIMIT": "off", "DARKROOM_BACKOFF_FIRST": "0.05", "DARKROOM_BACKOFF_CAP": "0.2",
        ].merging(more) { $1 }
    }

    private func predictions(_ simulator: Simulator) async throws -> [JSONValue] {
        try await HTTP.get("\(simulator.url)/_sim/predictions").json["predictions"]?.arrayValue ?? []
    }

    /// Nothing but the provider's own signed message: from it to the control plane, and from there to the worker.
    @Test func theProvidersCallbackArrives() async throws {
        let secrets = [
            "REPLICATE_WEBHOOK_SECRET": Secret.second.text, "DARKROOM_SIMULATOR_WEBHOOK_SECRET": Secret.second.text,
        ]
        try await Rig.run(Closed.settings.merging(secrets) { $1 }) { rig in
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let workerPort = try Ports.pick()
            let control = try await rig.serve(
                "initiator",
                [
                    "serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker",
                    "http://127.0.0.1:\(workerPort)",
                ])
            let route = "\(control.url)/api/v1/webhooks/replicate"
            let worker = try await rig.serve(
                "worker",
                ["--listen", "127.0.0.1:\(workerPort)", "--data", rig.path("worker"), "--provider", "replicate"],
                settings: settings(simulator, ["DARKROOM_REPLICATE_WEBHOOK_URL": route]))
            let file = Cases.document("told", evidence: 2)
            let created = try await HTTP.post("\(control.url)/api/generate-case", headers: Closed.reading, json: file)
            #expect(created.status == 202, "\(created.text)")
            try await simulator.wait("predictionsInProgress", is: 2)
            try await simulator.release()
            let job = try await JobReader(server: control.url, caseID: "told", headers: Closed.reading).final()
            #expect(job.outcome == "completed 2/2" && job["cost"]?.number("micros") == 78_000)
            try await simulator.wait("webhooksDelivered", is: 2)
            let sent = try await predictions(simulator).map { $0["webhooks"] }
            #expect(sent.allSatisfy { $0?.number("attempts") == 1 && $0?.number("delivered") == 1 }, "\(sent)")
            #expect(!worker.log.contains { $0.text("level") == "error" })
        }
    }

    /// The worker is killed while two predictions run: the next asks about them, orders none, and each is paid once.
    @Test func aCrashIsFollowedByAQuestion() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let receiver = try await rig.receiver()
            let arguments = [
                "--listen", "127.0.0.1:\(try Ports.pick())", "--data", rig.path("worker"), "--provider", "replicate",
            ]
            let doomed = try await rig.serve("worker", arguments, settings: settings(simulator))
            let file = try rig.file(Cases.document("crashed", evidence: 2))
            #expect(try await rig.create(file, worker: doomed.url, receiver: receiver.url).code == 0)
            try await simulator.wait("predictionsInProgress", is: 2)
            let jobID = try await JobReader(server: receiver.url, caseID: "crashed").now().text("jobId")
            // Half a second after it came the id is asked about for the first time, and is durable long since.
            try await eventually("both to have been asked about") {
                try await predictions(simulator).count { $0.number("gets") > 0 } == 2 ? true : nil
            }
            let run = try await HTTP.get("\(doomed.url)/api/runs/\(jobID)").json
            let named = (run["assets"]?.arrayValue ?? []).map { $0["openCall"]?.text("id") }
            #expect(try await Set(named) == Set(predictions(simulator).map { $0.text("id") }))
            doomed.process.signal(9)
            _ = try await doomed.process.end()

            let next = try await rig.serve("worker", arguments, settings: settings(simulator))
            try await next.logged("run.resumed")
            try await simulator.release()
            let job = try await JobReader(server: receiver.url, caseID: "crashed").final()
            #expect(job.outcome == "completed 2/2")
            #expect(try await predictions(simulator).count == 2, "a prediction was ordered again")
            let cost = try #require(job["cost"])
            #expect(cost.number("micros") == 78_000 && cost.number("possiblyBilled") == 0, "\(cost)")
            #expect((job["assets"]?.arrayValue ?? []).allSatisfy { $0.number("attempts") == 1 })
        }
    }
}
