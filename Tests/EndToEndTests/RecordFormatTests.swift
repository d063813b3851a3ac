import JSONCoding
import Testing

/// Records that a newer Darkroom wrote, met by this one: said clearly, left as they are, and in nobody's way.
@Suite("Records of a newer format")
struct RecordFormatTests {
    /// Writes `format` into a record's header.
    /// - Returns: what stood there.
    private func set(_ format: String, of key: String, in data: String, _ rig: Rig) async throws -> String {
        let probe = try await rig.run("StoreProbe", ["format", rig.path(data), key, format])
        #expect(probe.code == 0, "\(probe.errors)")
        return probe.output.filter(\.isNumber)
    }

    private func stop(_ server: Server) async throws {
        server.process.signal(15)
        _ = try await server.process.end()
    }

    @Test func ofTheControlSide() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: ["default": "ok"])
            for name in ["newer", "fine"] {
                #expect(try await trio.create(try rig.file(Cases.document(name, evidence: 2))).code == 0)
                _ = try await trio.job(name).final()
            }
            try await stop(trio.receiver)
            let key = "case:newer:image-job"
            let format = try await set("99", of: key, in: "control", rig)
            let receiver = try await rig.receiver()
            let refused = try await HTTP.get(JobReader(server: receiver.url, caseID: "newer").url)
            #expect(refused.status == 503 && refused.text.contains("upgrade"), "\(refused.status) \(refused.text)")
            #expect(try await JobReader(server: receiver.url, caseID: "fine").now().outcome == "completed 2/2")
            let status = try await rig.initiator("status", "newer")
            #expect(status.code == 2 && status.errors.contains("format 99") && status.errors.contains("upgrade"))
            let again = try await rig.create(
                try rig.file(Cases.document("newer", evidence: 3)), worker: trio.worker.url, receiver: receiver.url)
            #expect(again.code == 1 && again.errors.contains("upgrade"), "\(again.code) \(again.errors)")
            let verify = try await rig.initiator("verify")
            #expect(verify.code != 0 && (verify.output + verify.errors).contains(key))
            try await stop(receiver)
            // The newer Darkroom comes back, and finds all as it left it.
            #expect(try await set(format, of: key, in: "control", rig) == "99")
            let whole = try await rig.initiator("status", "newer", "--json").json
            #expect(whole.outcome == "completed 2/2")
        }
    }

    @Test func ofTheWorker() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(
                scenario: ["default": "ok", "rules": [["prompt": "evidence 2 of newer", "calls": [1], "do": "hold"]]])
            let listen = "127.0.0.1:\(try Ports.pick())"
            let worker = try await rig.worker(of: simulator, listen: listen)
            let receiver = try await rig.receiver(worker: worker.url)
            let file = try rig.file(Cases.document("newer", evidence: 2))
            #expect(try await rig.create(file, worker: worker.url, receiver: receiver.url).code == 0)
            let reader = JobReader(server: receiver.url, caseID: "newer")
            let job = try await reader.when("the first to be made") { $0.number("completedImages") == 1 }
            worker.process.signal(9)
            _ = try await worker.process.end()
            let key = "run:\(job.text("jobId"))"
            let format = try await set("99", of: key, in: "worker", rig)
            let older = try await rig.worker(of: simulator, listen: listen)
            let fine = try rig.file(Cases.document("fine", evidence: 2))
            #expect(try await rig.create(fine, worker: older.url, receiver: receiver.url).code == 0)
            #expect(try await JobReader(server: receiver.url, caseID: "fine").final().outcome == "completed 2/2")
            #expect(older.process.errors.value.text.contains("format 99"))
            #expect(try await reader.now().text("status") == "generating")
            try await stop(older)
            // The newer Darkroom comes back and goes on where it was.
            #expect(try await set(format, of: key, in: "worker", rig) == "99")
            _ = try await rig.worker(of: simulator, listen: listen)
            let final = try await reader.final()
            #expect(final.outcome == "completed 2/2" && final.number("epoch") == 1)
        }
    }
}
