import JSONCoding
import Testing

/// Each process killed with SIGKILL right after each of its durable commits, before it could tell anybody: nothing
/// that somebody was told is lost, and nothing is paid for twice but calls that were in flight.
@Suite("Killed after every commit")
struct KillTests {
    /// A little latency, unlike from image to image, so that kills find calls in flight.
    private static let latency: JSONValue = [
        "rules": [["do": ["delay": ["medianMs": 80, "sigma": 0.8]], "continue": true]]
    ]
    /// Anything: a receiver that is given a worker triggers every job that is owed.
    private static let sweeping = "http://127.0.0.1:9"

    @Test func worker() async throws {
        try await Rig.run(Closed.settings) { rig in
            let simulator = try await rig.simulator(scenario: Self.latency)
            let receiver = try await rig.receiver(worker: Self.sweeping)
            let kills = try await CrashSweep.run { n in
                try await killWorker(n, rig, simulator, receiver)
            }
            #expect(kills >= 4, "acceptance, settlements and the end are commits of their own")
        }
    }

    private func killWorker(_ n: Int, _ rig: Rig, _ simulator: Simulator, _ receiver: Server) async throws -> Bool {
        let history = CrashCase(rig: rig, caseID: "worker-\(n)", data: "control")
        let listen = "127.0.0.1:\(try Ports.pick())"
        let doomed = try await rig.worker(
            of: simulator, listen: listen, data: "worker-\(n)", settings: ["DARKROOM_CRASH_AT_COMMIT": "\(n)"])
        let created = try await rig.create(try history.file(), worker: doomed.url, receiver: receiver.url)
        #expect([0, 5].contains(created.code), "\(n): \(created.errors)")
        let reader = JobReader(server: receiver.url, caseID: history.caseID, headers: Closed.reading)
        let wasKilled = try await died(doomed, before: reader)
        let before = try await reader.now()
        let run = try await rig.run(
            "initiator", ["get", "run:\(before.text("jobId"))", "--data", rig.path("worker-\(n)")])
        #expect(run.code == 0, "\(n): every kill follows the commit that accepted the run")
        if wasKilled { _ = try await rig.worker(of: simulator, listen: listen, data: "worker-\(n)") }
        let job = try await reader.final()
        try await check(job, reader, n)
        for (id, link) in before.pictureLinks { #expect(job.pictureLinks[id] == link, "\(n): \(id) was told") }
        try checkCalls(try await simulator.calls(), run: try run.json, caseID: history.caseID, n)
        return wasKilled
    }

    /// A picture that was durable at the kill is never made again; any other may cost one more call.
    private func checkCalls(_ calls: [ProviderCall], run: JSONValue, caseID: String, _ n: Int) throws {
        let assets = try #require(run["assets"]?.arrayValue)
        #expect(assets.count == CrashCase.images)
        for asset in assets {
            let words = asset.text("id").split(separator: "-")
            let name = "\(words[0]) \(words[1]) of \(caseID)."
            let count = Int64(calls.count { $0.prompt.contains(name) })
            let begun = asset.number("attempts")
            if asset.text("state") == "generated" {
                #expect(count == begun, "\(n): \(name) was durable")
            } else {
                #expect((1...begun + 1).contains(count), "\(n): \(name)")
            }
        }
    }

    @Test func receiver() async throws {
        try await Rig.run(Closed.settings) { rig in
            let simulator = try await rig.simulator(scenario: Self.latency)
            let worker = try await rig.worker(of: simulator)
            let kills = try await CrashSweep.run { n in
                try await killReceiver(n, rig, simulator, worker)
            }
            #expect(kills >= 4, "pictures, snapshots and the legacy key are commits of their own")
        }
    }

    private func killReceiver(_ n: Int, _ rig: Rig, _ simulator: Simulator, _ worker: Server) async throws -> Bool {
        let history = CrashCase(rig: rig, caseID: "receiver-\(n)", data: "control-\(n)")
        let listen = "127.0.0.1:\(try Ports.pick())"
        let doomed = try await rig.receiver(
            listen: listen, data: history.data, settings: ["DARKROOM_CRASH_AT_COMMIT": "\(n)"])
        let created = try await rig.run(
            "initiator",
            [
                "create", try history.file(), "--data", rig.path(history.data), "--worker", worker.url, "--receiver",
                doomed.url,
            ])
        #expect(created.code == 0, "\(n): \(created.errors)")
        let reader = JobReader(server: doomed.url, caseID: history.caseID, headers: Closed.reading)
        let wasKilled = try await died(doomed, before: reader)
        let record = try await history.stored("case:\(history.caseID):image-job").json
        let jobID = record.text("jobId")
        let told = worker.log.filter { $0.text("jobId") == jobID && $0.text("event") == "webhook.delivered" }
            .compactMap { Int64($0.text("version")) }
        #expect(record.number("version") >= told.max() ?? 0, "\(n): what was acknowledged is on record")
        _ = try await rig.receiver(listen: listen, data: history.data)
        let job = try await reader.final()
        try await check(job, reader, n)
        let calls = try await simulator.calls().filter { $0.prompt.contains("of \(history.caseID).") }
        #expect(calls.count == CrashCase.images, "\(n): a receiver's end costs no call")
        try await eventually("\(n): the legacy key to be ready") {
            let status = try await history.stored("case:\(history.caseID):image-status")
            return status.code == 0 && status.output.contains(#""ready""#) ? true : nil
        }
        return wasKilled
    }

    @Test func initiator() async throws {
        try await Rig.run(Closed.settings) { rig in
            let simulator = try await rig.simulator(scenario: Self.latency)
            let worker = try await rig.worker(of: simulator)
            let receiver = try await rig.receiver(worker: Self.sweeping)
            let kills = try await CrashSweep.run { n in
                let history = CrashCase(rig: rig, caseID: "initiator-\(n)", data: "control")
                let created = try await rig.initiator(
                    "create", try history.file(), "--worker", worker.url, "--receiver", receiver.url,
                    settings: ["DARKROOM_CRASH_AT_COMMIT": "\(n)"])
                let wasKilled = created.ending == .killed(signal: 9)
                if !wasKilled { #expect(created.code == 0, "\(n): \(created.errors)") }
                let record = try await history.stored("case:\(history.caseID):image-job")
                #expect(record.code == 0, "\(n): every kill follows the commit that recorded the job")
                let reader = JobReader(server: receiver.url, caseID: history.caseID, headers: Closed.reading)
                try await check(try await reader.final(), reader, n)
                let calls = try await simulator.calls().filter { $0.prompt.contains("of \(history.caseID).") }
                #expect(calls.count == CrashCase.images, "\(n): whoever triggers, it is one run")
                return wasKilled
            }
            #expect(kills >= 2, "the job and its trigger are commits of their own")
        }
    }

    /// Waits until the process was killed or the job is over, and lets a process that is still there end in order.
    private func died(_ server: Server, before reader: JobReader) async throws -> Bool {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await server.process.end() }
            // A reader that loses its server has seen the kill.
            group.addTask { _ = try? await reader.final() }
            try await group.next()
            group.cancelAll()
        }
        await server.process.stop()
        return try await server.process.end() == .killed(signal: 9)
    }

    private func check(_ job: JSONValue, _ reader: JobReader, _ n: Int) async throws {
        #expect(job.outcome == "completed \(CrashCase.images)/\(CrashCase.images)", "\(n)")
        #expect(job.number("epoch") == 1, "\(n)")
        let pictures = try await reader.pictures(of: job)
        #expect(pictures.count == CrashCase.images, "\(n)")
        for (id, link) in job.pictureLinks {
            #expect(pictures[id].map { SHA256.hex($0) } == JSONValue.hash(in: link), "\(n): \(id)")
        }
    }
}
