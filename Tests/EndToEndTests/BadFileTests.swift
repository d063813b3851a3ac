import JSONCoding
import Testing

/// Files, directories and ports that cannot be used.
@Suite("Files, directories and ports that cannot be used")
struct BadFileTests {
    struct BadCase: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        /// What the message must name.
        let says: String

        init(_ name: String, _ text: String, says: String) {
            (self.name, bytes, self.says) = (name, Array(text.utf8), says)
        }

        init(_ name: String, bytes: [UInt8], says: String) {
            (self.name, self.bytes, self.says) = (name, bytes, says)
        }

        var testDescription: String { name }
    }

    @Test(arguments: [
        BadCase("empty", "", says: "is empty"),
        BadCase("not JSON", "caseId: nine", says: "is not JSON at byte"),
        BadCase("cut off", #"{"caseId":"a","evidence":["#, says: "ends too early"),
        BadCase("two documents", #"{"caseId":"a"} {}"#, says: "bytes after its end"),
        BadCase("a list", "[]", says: "object"),
        BadCase("no case id", #"{"evidence":[]}"#, says: "caseId"),
        BadCase("a number for an id", #"{"caseId":7,"evidence":[]}"#, says: "caseId"),
        BadCase("a text for a list", #"{"caseId":"a","evidence":"none"}"#, says: "evidence"),
        BadCase(
            "a number for a name", #"{"caseId":"a","evidence":[{"id":"e","name":7,"description":""}]}"#,
            says: "evidence[0].name"),
        BadCase("no image", #"{"caseId":"a","evidence":[],"locations":[]}"#, says: "evidence"),
        BadCase("an id with a slash", #"{"caseId":"a/b","evidence":[]}"#, says: "caseId"),
        BadCase(
            "an id twice",
            #"{"caseId":"a","evidence":[{"id":"x","name":"n","description":""}],"#
                + #""locations":[{"id":"x","name":"n","description":""}]}"#, says: "locations[0].id"),
        BadCase("a key twice", #"{"caseId":"a","caseId":"b"}"#, says: "caseId"),
        BadCase("not UTF-8", bytes: Array(#"{"caseId":"a"#.utf8) + [0xFF, 0x22, 0x7D], says: "UTF-8"),
        BadCase("too large", bytes: [UInt8](repeating: 0x20, count: (4 << 20) + 1), says: "larger"),
    ])
    func caseFile(_ bad: BadCase) async throws {
        try await Rig.run { rig in
            let path = try rig.file(bytes: bad.bytes)
            let created = try await rig.create(
                path, worker: "http://127.0.0.1:9", receiver: "http://127.0.0.1:9")
            #expect(created.code == 2)
            #expect(created.errors.contains(path))
            #expect(created.errors.contains(bad.says), "\(created.errors)")
            #expect(try await rig.initiator("list").output.isEmpty)
        }
    }

    @Test func caseFilesThatCannotBeRead() async throws {
        try await Rig.run { rig in
            let places = [
                (rig.path("missing.json"), "no such file"), (rig.directory.path, "is a directory"),
                // Read by nobody, not by root either, whom permissions do not bind.
                ("/proc/self/mem", "error"),
            ]
            for (path, says) in places {
                let created = try await rig.create(
                    path, worker: "http://127.0.0.1:9", receiver: "http://127.0.0.1:9")
                #expect(created.code == 2, "\(path)")
                #expect(created.errors.contains(path) && created.errors.contains(says), "\(created.errors)")
            }
            #expect(try await rig.initiator("list").output.isEmpty)
        }
    }

    /// `/sys/kernel` takes files from nobody, not from root either: the read-only directory that works for every user.
    @Test func storeDirectories() async throws {
        try await Rig.run { rig in
            let file = try rig.file(bytes: [])
            let places = [
                ("/sys/kernel", "writable"), (file, "not a directory"), ("\(file)/store", "not a directory"),
                (rig.path("no/parent"), "parent directory does not exist"),
            ]
            for (path, says) in places {
                let commands = [
                    ("receiver", ["--listen", "127.0.0.1:0"]),
                    ("initiator", ["create", Cases.harborLights, "--worker", "http://h", "--receiver", "http://h"]),
                    ("worker", ["--listen", "127.0.0.1:0", "--provider", "gemini", "--gemini-model", "m1"]),
                ]
                for (program, arguments) in commands {
                    let finished = try await rig.run(
                        program, arguments + ["--data", path],
                        settings: ["GEMINI_API_KEY": "k", "DARKROOM_PRICES": "gemini/*=unpriced"])
                    #expect(finished.code == 1, "\(program) \(path)")
                    #expect(finished.errors.contains(path) && finished.errors.contains(says), "\(finished.errors)")
                    #expect(finished.output.isEmpty)
                }
                // Who only reads needs no place to write: there is nothing to read.
                let list = try await rig.run("initiator", ["list", "--data", path])
                #expect(list.code == 2 && list.errors.contains("there is no store in \(path)"), "\(list.errors)")
            }
        }
    }

    @Test func aPortInUse() async throws {
        try await Rig.run { rig in
            let first = try await rig.receiver()
            let address = "127.0.0.1:\(first.port)"
            let second = try await rig.run(
                "receiver", ["--listen", address, "--data", rig.path("other")])
            #expect(second.code == 1)
            #expect(second.output.isEmpty)
            #expect(second.errors.contains(address))
            #expect(second.errors.lowercased().contains("address already in use"), "\(second.errors)")
            let simulator = try await rig.run("provider-simulator", ["--listen", address])
            #expect(simulator.code == 1)
            #expect(simulator.errors.lowercased().contains("address already in use"), "\(simulator.errors)")
            #expect(try await HTTP.get("\(first.url)/readyz").status == 200)
        }
    }

    /// A worker's directory is its own; control processes share theirs.
    @Test func aWorkersDirectoryInUse() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator()
            _ = try await rig.worker(of: simulator)
            let second = try await rig.run(
                "worker",
                [
                    "--listen", "127.0.0.1:0", "--data", rig.path("worker"), "--provider", "gemini", "--gemini-model",
                    "m",
                ],
                settings: ["GEMINI_API_KEY": "k", "DARKROOM_PRICES": "gemini/*=unpriced"])
            #expect(second.code == 1)
            #expect(second.errors.contains(rig.path("worker")), "\(second.errors)")
            _ = try await rig.receiver()
            _ = try await rig.receiver()
        }
    }

    /// Closed by default: beyond this machine a server wants its secrets.
    @Test func listeningBeyondThisMachine() async throws {
        try await Rig.run { rig in
            let servers = [
                ("receiver", [String](), ["DARKROOM_WEBHOOK_SECRET", "DARKROOM_READ_TOKEN"]),
                ("worker", ["--provider", "gemini", "--gemini-model", "m"], ["DARKROOM_WORKER_TOKEN"]),
                ("initiator", ["serve", "--worker", "http://127.0.0.1:9"], ["DARKROOM_WEBHOOK_SECRET"]),
            ]
            for (program, arguments, missing) in servers {
                let finished = try await rig.run(
                    program, arguments + ["--listen", "0.0.0.0:0", "--data", rig.path("store")])
                #expect(finished.code == 2, "\(program)")
                for name in missing { #expect(finished.errors.contains(name), "\(finished.errors)") }
                #expect(finished.output.isEmpty)
            }
        }
    }
}
