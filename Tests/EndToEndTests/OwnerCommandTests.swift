import JSONCoding
import Testing

/// The commands on another owner's jobs.
@Suite("Commands with --owner")
struct OwnerCommandTests {
    private static let refusing: JSONValue = ["rules": [["prompt": "evidence 2 of theirs", "do": "prompt-blocked"]]]

    /// One case for two owners: each has a job of its own.
    @Test func everyCommandFindsTheOwnersJob() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: Self.refusing)
            let file = try rig.file(Cases.document("theirs", evidence: 3))
            let addresses = ["--worker", trio.worker.url, "--receiver", trio.receiver.url]
            let created = try await run(rig, ["create", file] + addresses)
            #expect(created.code == 0, "\(created.errors)")
            #expect(try await run(rig, ["watch", "theirs"]).code == 3)
            #expect(try await run(rig, ["status", "theirs"]).code == 3)
            try await localSeesNothing(rig)

            let why = try await run(rig, ["why", "theirs"])
            #expect(why.code == 0 && why.output.contains("evidence-2"))
            let sheet = try await run(rig, ["sheet", "theirs", "--out", rig.path("sheet.jpg")])
            #expect(sheet.code == 0 && sheet.output == "\(rig.path("sheet.jpg"))\n")
            #expect(try Files.read(rig.path("sheet.jpg")).count > 10_000)
            #expect(try await run(rig, ["redeliver", "theirs"]).code == 0)

            try await trio.simulator.play(["default": ["status": 400]])
            #expect(try await run(rig, ["retry", "theirs"]).code == 0)
            #expect(try await run(rig, ["watch", "theirs"]).code == 3)
            #expect(try await run(rig, ["edit-prompt", "theirs", "evidence-2", "A key."]).code == 0)
            #expect(try await run(rig, ["watch", "theirs"]).code == 3)
            #expect(try await run(rig, ["fallback", "theirs"]).code == 0)
            #expect(try await run(rig, ["watch", "theirs"]).code == 0)
            let job = try await run(rig, ["status", "theirs", "--json"]).json
            #expect(job.text("owner") == "acme" && job["handOut"]?.number("epoch") == 4)
        }
    }

    private func localSeesNothing(_ rig: Rig) async throws {
        for command in [
            ["status", "theirs"], ["watch", "theirs"], ["why", "theirs"], ["sheet", "theirs"], ["retry", "theirs"],
            ["fallback", "theirs"], ["edit-prompt", "theirs", "evidence-2", "A key."], ["cancel", "theirs"],
            ["force-finish", "theirs"], ["redeliver", "theirs"], ["status", "theirs", "--owner", "local"],
        ] {
            let finished = try await rig.run("initiator", command + ["--data", rig.path("control")])
            #expect(finished.code == 2, "\(command)")
            #expect(finished.errors.contains("there is no job for case theirs: `initiator list`"), "\(finished.errors)")
        }
        let wrong = try await rig.initiator("status", "theirs", "--owner", "a b")
        #expect(wrong.code == 2 && wrong.errors.contains("--owner must be 1 to 128"), "\(wrong.errors)")
    }

    @Test(arguments: ["cancel", "force-finish"])
    func endingAnOwnersJob(_ command: String) async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: ["default": "hold"])
            let file = try rig.file(Cases.document("theirs", evidence: 2))
            let addresses = ["--worker", trio.worker.url, "--receiver", trio.receiver.url]
            #expect(try await run(rig, ["create", file] + addresses).code == 0)
            #expect(try await run(rig, ["status", "theirs"]).code == 6)
            let ended = try await run(rig, [command, "theirs", "--json"])
            #expect(ended.code == 0, "\(ended.errors)")
            #expect(try ended.json.text("owner") == "acme")
            #expect(try await run(rig, ["watch", "theirs"]).code == 4)
            let again = try await run(rig, [command, "theirs"])
            #expect(
                again.code == 2 && again.errors.contains("`initiator status theirs --owner acme`"), "\(again.errors)")
        }
    }

    private func run(_ rig: Rig, _ arguments: [String]) async throws -> Finished {
        try await rig.run("initiator", arguments + ["--owner", "acme", "--data", rig.path("control")])
    }
}
