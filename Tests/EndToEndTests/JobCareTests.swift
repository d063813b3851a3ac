import JSONCoding
import Testing

/// The control plane looks after jobs: cancels, hand-overs, continuations, and what `why` says of them.
@Suite("Looking after jobs")
struct JobCareTests {
    private func control(_ rig: Rig, _ workers: [String], _ settings: [String: String] = [:]) async throws -> Server {
        try await rig.serve(
            "initiator",
            [
                "serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker",
                workers.joined(separator: ","),
            ], settings: settings)
    }

    private func create(_ control: Server, _ name: String, evidence: Int) async throws {
        let url = "\(control.url)/api/generate-case"
        #expect(try await HTTP.post(url, json: Cases.document(name, evidence: evidence)).status == 202)
    }

    /// Two made, three held by the provider: their sockets are closed, nothing more is called.
    @Test func cancelOfARunningJob() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(
                scenario: [
                    "default": "ok",
                    "rules": [
                        ["prompt": ["evidence 3 of stop", "evidence 4 of stop", "evidence 5 of stop"], "do": "hold"]
                    ],
                ])
            let worker = try await rig.worker(of: simulator)
            let control = try await control(rig, [worker.url])
            try await create(control, "stop", evidence: 8)
            try await simulator.wait("held", is: 3)
            let reply = try await HTTP.post("\(control.url)/api/cases/stop/cancel", [])
            #expect(reply.status == 202, "\(reply.text)")
            let job = try await JobReader(server: control.url, caseID: "stop").final()
            #expect(job.text("status") == "canceled")
            try await simulator.wait("inProgress", is: 0)
            #expect(try await simulator.calls().count == job["assets"]?.arrayValue?.count { $0.number("attempts") > 0 })
            #expect(job["cost"]?.number("possiblyBilled") == 3)
            let again = try await HTTP.post("\(control.url)/api/cases/stop/cancel", [])
            #expect(again.status == 409 && again.errorCode == "job_ended")
            let command = try await rig.initiator("cancel", "stop")
            #expect(command.code == 2 && command.errors.contains("ended already"))
        }
    }

    /// The first worker never comes: each job goes to the second, in an epoch of its own.
    @Test func theNextWorkerTakesOver() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "ok"])
            let second = try await rig.worker(of: simulator)
            let absent = "http://127.0.0.1:\(try Ports.pick())"
            let receiver = try await rig.receiver()
            let created = try await rig.initiator(
                "create", try rig.file(Cases.document("over", evidence: 2)), "--worker", "\(absent),\(second.url)",
                "--receiver", receiver.url)
            #expect(created.code == 0, "\(created.errors)")
            let job = try await JobReader(server: receiver.url, caseID: "over").final()
            #expect(job.outcome == "completed 2/2" && job.number("epoch") == 2 && job.text("worker") == second.url)
            let why = try await rig.initiator("why", "over").output
            for fact in [
                "created: 2 images", "handed over: from \(absent)", "taken by the worker", "made by", "completed 2/2",
            ] {
                #expect(why.contains(fact), "\(fact) is not in \(why)")
            }
            let json = try await rig.initiator("why", "over", "evidence-1", "--json").json
            let entries = json["entries"]?.arrayValue ?? []
            #expect(entries.contains { $0.text("about") == "image" && $0["event"]?.text("state") == "generated" })
            #expect(!entries.contains { $0.text("asset") == "evidence-2" })
        }
    }

    /// The deadline cuts off what the provider holds; the rest is another epoch's, and the job says so meanwhile.
    @Test func theRestGoesOnAfterTheDeadline() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(
                scenario: ["default": "ok", "rules": [["prompt": "evidence 2 of late", "calls": [1], "do": "hold"]]])
            let worker = try await rig.worker(of: simulator, settings: ["DARKROOM_JOB_DEADLINE": "2"])
            let control = try await control(rig, [worker.url])
            try await create(control, "late", evidence: 3)
            let reader = JobReader(server: control.url, caseID: "late")
            let job = try await reader.final()
            #expect(job.outcome == "completed 3/3" && job.number("epoch") == 2 && job.number("retryCount") == 0)
            #expect(try await simulator.calls().count == 4)
            let why = try await rig.initiator("why", "late").output
            #expect(why.contains("job goes on: 1 images"), "\(why)")
        }
    }

    /// Nothing is heard of a worker that was killed: an operator ends the job.
    @Test func forcedEnd() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let worker = try await rig.worker(of: simulator)
            let control = try await control(rig, [worker.url])
            try await create(control, "stuck", evidence: 2)
            try await simulator.wait("held", is: 2)
            worker.process.signal(9)
            _ = try await worker.process.end()
            let forced = try await rig.initiator("force-finish", "stuck")
            #expect(forced.code == 0 && forced.output.contains("failed 0/2"), "\(forced.output) \(forced.errors)")
            #expect(try await rig.initiator("status", "stuck").code == 4)
            #expect(try await rig.initiator("redeliver", "stuck").code == 5)
        }
    }
}
