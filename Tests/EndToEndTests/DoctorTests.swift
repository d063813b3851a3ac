import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `initiator doctor` finds what is wrong and says what to do.
@Suite("Doctor")
struct DoctorTests {
    private struct Report {
        let finished: Finished
        let findings: [JSONValue]

        func state(_ check: String) -> [String] {
            findings.filter { $0.text("check") == check }.map { $0.text("state") }
        }

        /// All that is said of one check.
        func words(_ check: String) -> String {
            findings.filter { $0.text("check") == check }
                .map { "\($0.text("message")): \($0["advice"]?.stringValue ?? "")" }.joined(separator: "\n")
        }
    }

    private func doctor(_ rig: Rig, _ arguments: [String], _ settings: [String: String] = [:]) async throws -> Report {
        let finished = try await rig.run("initiator", ["doctor", "--json"] + arguments, settings: settings)
        let findings = try finished.json["findings"]?.arrayValue ?? []
        #expect(try finished.json["ok"]?.boolValue == (finished.code == 0))
        #expect(finished.code == (findings.contains { $0.text("state") == "fail" } ? 1 : 0))
        for finding in findings where finding.text("state") != "ok" {
            #expect(finding["advice"]?.stringValue?.isEmpty == false, "\(finding)")
        }
        return Report(finished: finished, findings: findings)
    }

    @Test func allIsWell() async throws {
        try await Rig.run(Closed.settings) { rig in
            let trio = try await rig.trio()
            let listen = "127.0.0.1:\(trio.receiver.port)"
            let arguments = [
                "--data", rig.path("control"), "--worker", trio.worker.url, "--receiver", trio.receiver.url, "--listen",
                listen,
            ]
            let report = try await doctor(rig, arguments)
            #expect(report.finished.code == 0, "\(report.finished.output)")
            for check in ["libraries", "fonts", "settings", "store", "clock", "listen", "worker", "receiver"] {
                #expect(Set(report.state(check)) == ["ok"], "\(check): \(report.words(check))")
            }
            for library in ["libcurl 7", "jansson 2", "LMDB 0.9", "libvips 8"] {
                #expect(report.words("libraries").contains(library), "\(report.words("libraries"))")
            }
            #expect(report.words("listen").contains("served by receiver"))
            let lines = try await rig.run("initiator", ["doctor"] + arguments)
            #expect(lines.code == 0 && lines.output.contains("\nok    worker  "), "\(lines.output)")
            #expect(!(lines.output + report.finished.output).contains(Closed.workerToken))
        }
    }

    @Test func secretsThatDiffer() async throws {
        try await Rig.run(Closed.settings) { rig in
            let trio = try await rig.trio()
            let arguments = ["--worker", trio.worker.url, "--receiver", trio.receiver.url]
            let worker = try await doctor(rig, arguments, ["DARKROOM_WORKER_TOKEN": "another-token-for-tests"])
            #expect(worker.state("worker") == ["fail"] && worker.words("worker").contains("DARKROOM_WORKER_TOKEN"))
            let reading = try await doctor(rig, arguments, ["DARKROOM_READ_TOKEN": "another-token-for-tests"])
            #expect(reading.state("receiver") == ["warn"] && reading.words("receiver").contains("DARKROOM_READ_TOKEN"))
            let webhooks = try await doctor(rig, arguments, ["DARKROOM_WEBHOOK_SECRET": Secret.second.text])
            #expect(webhooks.state("receiver") == ["fail"])
            #expect(webhooks.words("receiver").contains("does not take our signature"))
            let unsigned = try await doctor(rig, arguments, ["DARKROOM_WEBHOOK_SECRET": ""])
            #expect(unsigned.state("receiver") == ["warn"], "\(unsigned.words("receiver"))")
        }
    }

    @Test func peersThatAreNotThereOrOthers() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio()
            let swapped = try await doctor(
                rig, ["--worker", trio.receiver.url, "--receiver", trio.worker.url + "/"])
            #expect(swapped.state("worker") == ["fail"] && swapped.words("worker").contains("a receiver answers"))
            #expect(swapped.state("receiver") == ["fail"] && swapped.words("receiver").contains("a worker answers"))
            let away = "http://127.0.0.1:\(try Ports.pick())"
            let others = try await doctor(
                rig, ["--worker", "\(trio.worker.url),\(away)", "--receiver", trio.simulator.url])
            #expect(others.state("worker") == ["ok", "fail"] && others.words("worker").contains("cannot be reached"))
            #expect(others.state("receiver") == ["fail"])
            #expect(others.words("receiver").contains("no Darkroom"), "\(others.words("receiver"))")
        }
    }

    @Test func addressesAndStores() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio()
            let taken = try await doctor(
                rig, ["--listen", "127.0.0.1:\(trio.simulator.server.port)", "--data", rig.path("worker")])
            #expect(taken.state("listen") == ["fail"] && taken.words("listen").contains("already in use"))
            #expect(taken.state("store") == ["ok"] && taken.words("store").contains("of a worker's runs"))
            let elsewhere = try await doctor(rig, ["--listen", "192.0.2.1:80", "--data", rig.path("not/there")])
            #expect(elsewhere.state("listen") == ["fail"] && elsewhere.words("listen").contains("no such address"))
            #expect(elsewhere.state("store") == ["fail"] && elsewhere.words("store").contains("parent"))
            #expect(elsewhere.state("secrets").allSatisfy { $0 == "fail" })
            let new = try await doctor(rig, ["--listen", "127.0.0.1:0", "--data", rig.path("new")])
            #expect(new.state("listen") == ["ok"] && new.state("store") == ["ok"])
            #expect(Files.names(in: rig.directory.path).contains("new") == false, "it only looks")
            try Files.write([1, 2, 3], to: rig.path("worker-data"))
            let file = try await doctor(rig, ["--data", rig.path("worker-data")])
            #expect(file.state("store") == ["fail"], "\(file.words("store"))")
        }
    }

    @Test func settingsAndSecretsThatAreWrong() async throws {
        try await Rig.run { rig in
            let report = try await doctor(
                rig, [],
                [
                    "DARKROOM_ATTEMPT_TIMEOUT": "soon", "DARKROOM_ATTEMPT_TIMOUT": "1",
                    "DARKROOM_WEBHOOK_SECRET": "secret",
                    "DARKROOM_WORKER_TOKEN": "short", "DARKROOM_READ_TOKEN": "with space in the token",
                    "DARKROOM_PROVIDER": "gemini",
                ])
            #expect(report.state("settings") == ["fail", "warn"], "\(report.words("settings"))")
            #expect(report.words("settings").contains("did you mean DARKROOM_ATTEMPT_TIMEOUT?"))
            #expect(report.state("secrets") == ["fail", "warn", "fail"], "\(report.words("secrets"))")
            #expect(report.words("secrets").contains("openssl rand -base64 32"))
            #expect(report.state("providers") == ["fail"] && report.words("providers").contains("GEMINI_API_KEY"))
            let config = try rig.file(["attempt-timout": 3])
            let file = try await doctor(rig, ["--config", config])
            #expect(file.state("settings") == ["fail"] && file.words("settings").contains("attempt-timeout"))
        }
    }

    /// The settings that the README's table names and that every server reads, each with what cannot be one: what would keep
    /// a server from starting is not well.
    @Test func noSettingThatCannotBePassesForWell() async throws {
        // Of the worker with its provider; a path; of tests.
        let others: Set<String> = [
            "DARKROOM_ASPECT_RATIO", "DARKROOM_SAFETY_THRESHOLD", "DARKROOM_IMAGE_HOSTS", "DARKROOM_DATA",
            "DARKROOM_CRASH_AT_COMMIT",
        ]
        let readme = String(decoding: try Files.read("\(Places.repository)/README.md"), as: UTF8.self)
        let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `DARKROOM_") }
        let cells = rows.compactMap { $0.split(separator: "|").first }
        let names = Set(cells.flatMap { $0.matches(of: /DARKROOM_[A-Z_]+[A-Z]/).map { String($0.output) } })
        #expect(names.count > 40)
        try await Rig.run { rig in
            for name in names.subtracting(others).sorted() {
                let report = try await doctor(rig, [], [name: "?"])
                #expect(report.finished.output.contains("\"fail\"") || name.hasSuffix("_TOKEN"), "\(name)")
            }
            let receiver = try await doctor(rig, ["--receiver", "nonsense"])
            #expect(receiver.state("receiver") == ["fail"] && receiver.words("receiver").contains("--receiver"))
        }
    }

    /// A service's secrets belong to root and its group: what the packages make needs no mending.
    @Test func secretsThatOthersMayRead() async throws {
        try await Rig.run { rig in
            let path = try rig.file(bytes: Array("0123456789abcdef0123".utf8))
            for (mode, isWell) in [(0o600, true), (0o640, true), (0o644, false), (0o660, false), (0o604, false)] {
                #expect(chmod(path, mode_t(mode)) == 0)
                let report = try await doctor(rig, [], ["DARKROOM_WORKER_TOKEN_FILE": path])
                let isOpen = report.words("secrets").contains("is open to others")
                #expect(isOpen != isWell, "\(String(mode, radix: 8)): \(report.words("secrets"))")
            }
        }
    }

    @Test func missingFontsAreSeen() async throws {
        try await Rig.run { rig in
            let config =
                #"<?xml version="1.0"?><fontconfig><dir>/nowhere</dir><cachedir>\#(rig.path("fonts"))</cachedir></fontconfig>"#
            let path = try rig.file(bytes: Array(config.utf8))
            let report = try await doctor(rig, [], ["FONTCONFIG_FILE": path])
            #expect(report.state("fonts") == ["warn", "warn"], "\(report.words("fonts"))")
            #expect(report.words("fonts").contains("fonts-ipafont-gothic"))
        }
    }
}
