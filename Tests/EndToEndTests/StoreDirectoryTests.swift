import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Directories that are somebody else's, damaged, of another age, or not to be written.
@Suite("Directories that a server cannot use")
struct StoreDirectoryTests {
    private func start(_ rig: Rig, _ program: String, _ data: String) async throws -> Finished {
        let provider = program == "worker" ? ["--provider", "local"] : []
        return try await rig.run(program, ["--listen", "127.0.0.1:0", "--data", rig.path(data)] + provider)
    }

    /// A control directory with a job that has ended, and a worker's with its run; all servers stopped.
    private func directories(_ rig: Rig) async throws {
        let trio = try await rig.trio()
        #expect(try await trio.create(try rig.file(Cases.document("done", evidence: 2))).code == 0)
        #expect(try await trio.job("done").final().outcome == "completed 2/2")
        await trio.worker.process.stop()
        await trio.receiver.process.stop()
    }

    @Test func refusesTheOthersDirectory() async throws {
        try await Rig.run { rig in
            try await directories(rig)
            let worker = try await start(rig, "worker", "control")
            #expect(worker.code == 2 && worker.errors.contains("the directory of an initiator or receiver"))
            #expect(worker.errors.contains(rig.path("control")), "\(worker.errors)")
            let receiver = try await start(rig, "receiver", "worker")
            #expect(receiver.code == 2 && receiver.errors.contains("the directory of a worker"), "\(receiver.errors)")
            let list = try await rig.run("initiator", ["list", "--data", rig.path("worker")])
            #expect(list.code == 2 && list.errors.contains("the directory of a worker"), "\(list.errors)")
        }
    }

    @Test func refusesASecondWorker() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            let first = try await rig.worker(of: simulator)
            let second = try await start(rig, "worker", "worker")
            #expect(second.code == 1)
            #expect(second.errors.contains("\(rig.path("worker")) is in use by another process"), "\(second.errors)")
            #expect(try await HTTP.get("\(first.url)/healthz").status == 200)
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, SmallDisk.why)) func readsAReadOnlyDiskAndWritesNothingThere() async throws
    {
        try await Rig.run { rig in
            try await directories(rig)
            func readOnly(_ program: String, _ arguments: [String]) async throws -> Finished {
                let script = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\""
                let command = ["-m", "sh", "-c", script, rig.directory.path, "\(Places.binaries)/\(program)"]
                return try await rig.run("/usr/bin/unshare", command + arguments + ["--data", rig.path("control")])
            }
            let server = try await readOnly("receiver", ["--listen", "127.0.0.1:0"])
            #expect(server.code == 1, "\(server.errors)")
            #expect(server.errors.contains("mount it read-write"), "\(server.errors)")
            let status = try await readOnly("initiator", ["status", "done"])
            #expect(status.code == 0, "\(status.errors)")
            let verify = try await readOnly("initiator", ["verify"])
            #expect(verify.code == 0, "\(verify.errors)\(verify.output)")
        }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let says: String
        /// Of the records' file.
        let bytes: @Sendable ([UInt8]) -> [UInt8]
    }

    @Test(arguments: [
        Damage(testDescription: "emptied", says: "restore a backup") { _ in [] },
        Damage(testDescription: "another program's", says: "not ours or is damaged") {
            Array(repeating: 32, count: $0.count)
        },
        Damage(testDescription: "cut off", says: "restore a backup") { Array($0.prefix($0.count / 2 / 4096 * 4096)) },
        Damage(testDescription: "both descriptions gone", says: "not ours or is damaged") {
            Array(repeating: 0, count: 8192) + $0.dropFirst(8192)
        },
    ]) func saysWhatIsWrongWithTheFile(damage: Damage) async throws {
        try await Rig.run { rig in
            try await directories(rig)
            let path = rig.path("control/data.mdb")
            let sound = try Files.read(path)
            try Files.write(damage.bytes(sound), to: path)
            for command in [
                ["receiver", "--listen", "127.0.0.1:0"], ["initiator", "status", "done"], ["initiator", "verify"],
            ] {
                let done = try await rig.run(command[0], command.dropFirst() + ["--data", rig.path("control")])
                #expect(done.code == 74, "\(command): \(done.errors)")
                #expect(done.errors.contains(damage.says), "\(command): \(done.errors)")
                #expect(done.errors.contains(rig.path("control")), "\(command): \(done.errors)")
            }
            try Files.write(sound, to: path)
            #expect(try await rig.run("initiator", ["status", "done", "--data", rig.path("control")]).code == 0)
        }
    }

    /// The format stands behind the word DARKROOM in the store's own record; the newer one is looked at before all else.
    @Test func refusesANewerStore() async throws {
        try await Rig.run { rig in
            try await directories(rig)
            let path = rig.path("control/data.mdb")
            var bytes = try Files.read(path)
            let mark = Array("DARKROOM".utf8)
            let places = bytes.indices.filter { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }
            #expect(!places.isEmpty)
            for place in places { bytes[place + 8] = 99 }
            try Files.write(bytes, to: path)
            for command in [["receiver", "--listen", "127.0.0.1:0"], ["initiator", "list"]] {
                let done = try await rig.run(command[0], command.dropFirst() + ["--data", rig.path("control")])
                #expect(
                    done.code == 2 && done.errors.contains("use the newer Darkroom that wrote it"), "\(done.errors)")
            }
        }
    }
}
