import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A disk that is full for a while in the middle of a job: nothing is broken, everybody says so, and all goes on when
/// there is room.
@Suite("Full disk", .enabled(if: SmallDisk.isPossible, SmallDisk.why))
struct StoreFullDiskTests {
    private static let images = 6

    private func disk(_ rig: Rig) -> SmallDisk {
        let disk = SmallDisk(mount: rig.path("disk"), megabytes: 6)
        mkdir(disk.mount, 0o700)
        return disk
    }

    private func said(_ server: Server, _ word: String) async throws {
        _ = try await server.process.errors.wait(for: "\(word) in the log") { lines in
            lines.all.contains { $0.contains(word) } ? true : nil
        }
    }

    /// What stands in the store, read by the real command while the server runs.
    private func verify(_ rig: Rig, _ directory: String) async throws -> Finished {
        try await rig.run("initiator", ["verify", "--data", directory, "--json"])
    }

    @Test func worker() async throws {
        try await Rig.run { rig in
            let disk = disk(rig)
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let receiver = try await rig.receiver()
            let arguments = ["--listen", "127.0.0.1:0", "--data", "\(disk.mount)/worker", "--provider", "gemini"]
            let worker = try await rig.serve(
                "/usr/bin/unshare", disk.arguments("worker", arguments),
                settings: [
                    "GEMINI_API_KEY": "k", "GEMINI_BASE_URL": simulator.url, "DARKROOM_GEMINI_MODEL": "m1",
                    "DARKROOM_RATE_LIMIT": "off", "DARKROOM_PRICES": "gemini/*=39000",
                ])
            let caseFile = try rig.file(Cases.document("full", evidence: Self.images))
            #expect(try await rig.create(caseFile, worker: worker.url, receiver: receiver.url).code == 0)
            try await simulator.wait("held", is: 5)
            try disk.fill(worker)
            try await simulator.play(["default": "ok"])
            try await simulator.release()
            try await said(worker, "free disk space")
            let meanwhile = try await verify(rig, "\(disk.outside(worker))/worker")
            #expect(meanwhile.code == 0, "\(meanwhile.output)\(meanwhile.errors)")
            try disk.free(worker)
            let job = try await JobReader(server: receiver.url, caseID: "full").final()
            #expect(job.outcome == "completed \(Self.images)/\(Self.images)")
            #expect(try await simulator.calls().count == Self.images, "a full disk costs no second call")
            let after = try await verify(rig, "\(disk.outside(worker))/worker")
            #expect(after.code == 0, "\(after.output)\(after.errors)")
        }
    }

    @Test func receiver() async throws {
        try await Rig.run { rig in
            let disk = disk(rig)
            let simulator = try await rig.simulator(scenario: ["default": "hold"])
            let worker = try await rig.worker(of: simulator)
            let receiver = try await rig.serve(
                "/usr/bin/unshare",
                disk.arguments("receiver", ["--listen", "127.0.0.1:0", "--data", "\(disk.mount)/control"]))
            let caseFile = try rig.file(Cases.document("full", evidence: Self.images))
            let control = "\(disk.outside(receiver))/control"
            let created = try await rig.run(
                "initiator",
                ["create", caseFile, "--data", control, "--worker", worker.url, "--receiver", receiver.url])
            #expect(created.code == 0, "\(created.errors)")
            try await simulator.wait("held", is: 5)
            try disk.fill(receiver)
            try await simulator.play(["default": "ok"])
            try await simulator.release()
            try await said(receiver, "free disk space")
            let meanwhile = try await verify(rig, control)
            #expect(meanwhile.code == 0, "\(meanwhile.output)\(meanwhile.errors)")
            try disk.free(receiver)
            let job = try await JobReader(server: receiver.url, caseID: "full").final()
            #expect(job.outcome == "completed \(Self.images)/\(Self.images)")
            let after = try await verify(rig, control)
            #expect(after.code == 0, "\(after.output)\(after.errors)")
        }
    }

    @Test func commandsSayWhatToDo() async throws {
        try await Rig.run { rig in
            let disk = disk(rig)
            let receiver = try await rig.serve(
                "/usr/bin/unshare",
                disk.arguments("receiver", ["--listen", "127.0.0.1:0", "--data", "\(disk.mount)/control"]))
            try disk.fill(receiver)
            let control = "\(disk.outside(receiver))/control"
            let caseFile = try rig.file(Cases.document("full", evidence: 1))
            let created = try await rig.run(
                "initiator",
                ["create", caseFile, "--data", control, "--worker", "http://127.0.0.1:9", "--receiver", receiver.url])
            #expect(created.code == 1)
            #expect(created.errors.contains("free disk space"), "\(created.errors)")
            let backup = try await rig.run("initiator", ["backup", "--data", control, "--out", "\(control)-backup"])
            #expect(backup.code == 1)
            #expect(backup.errors.contains("free disk space"), "\(backup.errors)")
            #expect(Set(Files.names(in: disk.outside(receiver))) == ["control", "ballast"], "no half a backup is left")
        }
    }
}
