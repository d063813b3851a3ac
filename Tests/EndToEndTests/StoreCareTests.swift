import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `verify`, `backup` and `restore`, with the servers running as far as they may.
@Suite("Care of the store")
struct StoreCareTests {
    private func backup(_ rig: Rig, _ name: String = "backup", of data: String = "control") async throws -> Finished {
        try await rig.run("initiator", ["backup", "--data", rig.path(data), "--out", rig.path(name), "--json"])
    }

    private func verify(_ rig: Rig, _ data: String) async throws -> Finished {
        try await rig.run("initiator", ["verify", "--data", rig.path(data), "--json"])
    }

    @Test func verifiesBesideRunningServers() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio()
            #expect(try await trio.create(try rig.file(Cases.document("sound", evidence: 3))).code == 0)
            let job = try await trio.job("sound").final()
            #expect(job.outcome == "completed 3/3")
            for data in ["control", "worker"] {
                let found = try await verify(rig, data)
                #expect(found.code == 0, "\(data): \(found.output)\(found.errors)")
                let summary = try #require(try found.json["summary"])
                #expect(summary.number("records") > 0 && summary.number("artifacts") > 1, "\(data): \(found.output)")
            }
            await trio.receiver.process.stop()
            try damage(rig.path("control/data.mdb"))
            let damaged = try await verify(rig, "control")
            #expect(damaged.code == 1)
            let faults = try #require(try damaged.json["faults"]?.arrayValue)
            #expect(faults.contains { $0.text("at") == "case:sound:image-job" }, "\(damaged.output)")
            #expect(faults.allSatisfy { $0.text("problem").contains("is damaged") })
        }
    }

    /// Turns a bit in everything that begins as a JPEG does.
    private func damage(_ path: String) throws {
        var bytes = try Files.read(path)
        let pictures = bytes.indices.dropLast(400).filter {
            bytes[$0] == 0xFF && bytes[$0...].starts(with: [0xFF, 0xD8, 0xFF])
        }
        #expect(!pictures.isEmpty)
        for place in pictures { bytes[place + 300] ^= 1 }
        try Files.write(bytes, to: path)
    }

    /// A mistyped directory is an error, and stays what it was.
    @Test func readingCommandsMakeNoStore() async throws {
        try await Rig.run { rig in
            for command in [
                ["status", "a"], ["watch", "a"], ["list"], ["get", "case:a:image-job"], ["verify"],
                ["backup", "--out", rig.path("out")],
            ] {
                let done = try await rig.run("initiator", command + ["--data", rig.path("mistyped")])
                #expect(done.code == 2, "\(command): \(done.errors)")
                #expect(done.errors.contains("there is no store in \(rig.path("mistyped"))"), "\(done.errors)")
            }
            #expect(!Files.names(in: rig.directory.path).contains("mistyped"))
            #expect(!Files.names(in: rig.directory.path).contains("out"))
        }
    }

    /// The job ended after the backup: restored, it is handed out in an epoch above all that the worker knows.
    @Test func restoresIntoHigherEpochs() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let listen = "127.0.0.1:\(try Ports.pick())"
            let worker = try await rig.worker(of: simulator)
            let receiver = try await rig.receiver(listen: listen)
            let caseFile = try rig.file(Cases.document("again", evidence: 3))
            #expect(try await rig.create(caseFile, worker: worker.url, receiver: receiver.url).code == 0)
            try await simulator.wait("held", is: 3)
            let made = try await backup(rig)
            #expect(made.code == 0, "\(made.errors)")
            #expect(try await verify(rig, "backup").code == 0)
            try await simulator.play(["default": "ok"])
            try await simulator.release()
            let first = try await JobReader(server: receiver.url, caseID: "again").final()
            #expect(first.outcome == "completed 3/3" && first.number("epoch") == 1)
            let arguments = ["restore", "--from", rig.path("backup"), "--data", rig.path("control"), "--json"]
            let inUse = try await rig.run("initiator", arguments + ["--replace"])
            #expect(inUse.code == 1 && inUse.errors.contains("in use"), "\(inUse.errors)")
            await receiver.process.stop()
            let kept = try await rig.run("initiator", arguments)
            #expect(kept.code == 1 && kept.errors.contains("--replace"), "\(kept.errors)")
            let restored = try await rig.run("initiator", arguments + ["--replace"])
            #expect(restored.code == 0, "\(restored.errors)")
            #expect(try restored.json.number("reopened") == 1)
            #expect(try Files.names(in: restored.json.text("replaced")).contains("data.mdb"))
            let again = try await rig.receiver(listen: listen, worker: worker.url)
            let job = try await JobReader(server: again.url, caseID: "again").final()
            #expect(job.outcome == "completed 3/3" && job.number("epoch") == 1_001, "\(job)")
            #expect(job.number("revision") > 1 << 32)
            #expect(try await verify(rig, "control").code == 0)
        }
    }

    /// Killed at its beginning: nothing stands under the name of the backup.
    @Test func anInterruptedBackupIsNone() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio()
            #expect(try await trio.create(try rig.file(Cases.document("cut", evidence: 2))).code == 0)
            _ = try await trio.job("cut").final()
            let child = try rig.start("initiator", ["backup", "--data", rig.path("control"), "--out", rig.path("cut")])
            child.signal(SIGKILL)
            guard case .killed = try await child.end() else { return }
            let isThere = Files.names(in: rig.directory.path).contains("cut")
            #expect(!isThere)
            #expect(try await backup(rig, "whole").code == 0)
            #expect(try await verify(rig, "whole").code == 0)
        }
    }
}
