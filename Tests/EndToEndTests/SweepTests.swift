import JSONCoding
import Testing

/// Work that nobody had in hand when it was asked for, and processes that end while it goes on.
@Suite("Nothing is left lying")
struct SweepTests {
    enum Sweeper: String, Sendable, CaseIterable {
        case serve
        case receiver
    }

    /// A job that reached no worker is triggered later by whoever is told to.
    @Test(arguments: Sweeper.allCases)
    func aJobThatReachedNoWorker(_ sweeper: Sweeper) async throws {
        try await Rig.run(Closed.settings) { rig in
            let simulator = try await rig.simulator()
            let (worker, control) = ("127.0.0.1:\(try Ports.pick())", "127.0.0.1:\(try Ports.pick())")
            let file = try rig.file(Cases.document("late", evidence: 3))
            let created = try await rig.create(file, worker: "http://\(worker)", receiver: "http://\(control)")
            #expect(created.code == 5)
            let record = try await rig.initiator("get", "case:late:image-job").json
            #expect(record.text("status") == "pending")
            #expect(record.text("lastError").contains(worker))
            let again = try await rig.create(file, worker: "http://\(worker)", receiver: "http://\(control)")
            #expect(again.code == 5 && (again.errors.contains("recorded")), "\(again.errors)")

            _ = try await rig.worker(of: simulator, listen: worker)
            switch sweeper {
            case .serve:
                _ = try await rig.serve(
                    "initiator",
                    ["serve", "--listen", control, "--data", rig.path("control"), "--worker", "http://\(worker)"])
            case .receiver:
                _ = try await rig.receiver(listen: control, worker: "http://\(worker)")
            }
            let reader = JobReader(server: "http://\(control)", caseID: "late", headers: Closed.reading)
            let job = try await reader.final()
            #expect(job.outcome == "completed 3/3")
            #expect(job.text("jobId") == record.text("jobId"))
            #expect(job["lastError"] == nil)
            #expect(try await simulator.calls().count == 3)
        }
    }

    /// A worker that is asked to end drops its calls; the next one takes up the run and makes only what is missing.
    @Test func aWorkerThatEndsInTheMiddle() async throws {
        try await Rig.run(Closed.settings) { rig in
            let simulator = try await rig.simulator(
                scenario: ["rules": [["prompt": "evidence 3 of halved.", "calls": [1], "do": "hang-before-headers"]]])
            let receiver = try await rig.receiver()
            let listen = "127.0.0.1:\(try Ports.pick())"
            let first = try await rig.worker(of: simulator, listen: listen)
            let file = try rig.file(Cases.document("halved", evidence: 3))
            #expect(try await rig.create(file, worker: first.url, receiver: receiver.url).code == 0)
            let reader = JobReader(server: receiver.url, caseID: "halved", headers: Closed.reading)
            _ = try await reader.when("two of three") { $0.number("completedImages") == 2 }
            first.process.signal(15)
            #expect(try await first.process.end(within: Limits.stop) == .exited(0))
            try await simulator.wait("inProgress", is: 0)

            let second = try await rig.worker(of: simulator, listen: listen)
            let job = try await reader.final()
            #expect(job.outcome == "completed 3/3")
            #expect(job["assets"]?.arrayValue?.map { $0.number("attempts") } == [1, 1, 2])
            #expect(try await simulator.calls().count == 4)
            try await second.logged("run.resumed")
        }
    }

    /// A reader that waits for news is answered when the server ends, and holds it up no longer.
    @Test(arguments: ["receiver", "serve"])
    func aReaderThatWaits(_ program: String) async throws {
        try await Rig.run { rig in
            let worker = "http://127.0.0.1:\(try Ports.pick())"
            let server =
                if program == "receiver" {
                    try await rig.receiver()
                } else {
                    try await rig.serve(
                        "initiator",
                        ["serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker", worker])
                }
            let file = try rig.file(Cases.document("waiting", evidence: 1))
            #expect(try await rig.create(file, worker: worker, receiver: server.url).code == 5)
            let reader = JobReader(server: server.url, caseID: "waiting")
            async let answer = reader.now("?wait=60&after=4000000000")
            let clock = ContinuousClock()
            try await eventually("the reader to be waiting") { server.connections > 0 ? true : nil }
            let start = clock.now
            server.process.signal(15)
            #expect(try await server.process.end(within: Limits.stop) == .exited(0))
            #expect(clock.now - start < .seconds(30), "the wait alone would have taken 60 s")
            _ = try? await answer
        }
    }
}

extension Server {
    /// Connections to its port, by the kernel's table.
    fileprivate var connections: Int {
        guard let table = try? Files.read("/proc/\(process.pid)/net/tcp") else { return 0 }
        let digits = String(port, radix: 16, uppercase: true)
        let local = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
        return String(decoding: table, as: UTF8.self).split(separator: "\n").count { line in
            let fields = line.split(separator: " ")
            // State 01 is an established connection.
            return fields.count > 3 && fields[1] == local && fields[3] == "01"
        }
    }
}
