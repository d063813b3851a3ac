import JSONCoding
import Testing

/// A refused prompt parks one slot; new words resume just that slot.
@Suite("New words for one image")
struct EditPromptTests {
    private static let refusing: JSONValue = ["rules": [["prompt": "evidence 2 of edited", "do": "prompt-blocked"]]]
    private static let words = "A brass key on a folded map, photographed from above."

    @Test func theCommandMakesThatImageAlone() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: Self.refusing)
            #expect(try await trio.create(try rig.file(Cases.document("edited", evidence: 3))).code == 0)
            let watched = try await rig.initiator("watch", "edited")
            #expect(watched.code == 3 && watched.output.contains("evidence-2 needs_prompt_update"))
            let partial = try await trio.job("edited").now()
            let calls = try await trio.simulator.calls().count

            let edited = try await rig.initiator("edit-prompt", "edited", "evidence-2", Self.words)
            #expect(edited.code == 0, "\(edited.errors)")
            #expect(try await rig.initiator("watch", "edited").code == 0)
            let whole = try await trio.job("edited").now()
            #expect(whole.outcome == "completed 3/3" && whole.number("epoch") == 2)
            #expect(whole.number("retryCount") == 1)
            #expect(partial.pictureLinks.allSatisfy { whole.pictureLinks[$0.key] == $0.value })
            let further = try await trio.simulator.calls().dropFirst(calls)
            #expect(further.map(\.prompt) == [Self.words])
            // The name under which the image is known stays.
            let asset = whole["assets"]?[1]
            #expect(asset?.text("prompt") == Self.words && asset?.text("name") == "evidence 2 of edited")

            let again = try await rig.initiator("edit-prompt", "edited", "evidence-2", "Other words.")
            #expect(again.code == 2 && again.errors.contains("evidence-2 was made already"), "\(again.errors)")
            #expect(try await trio.simulator.calls().count == calls + 1)
        }
    }

    @Test func whatTheCommandRefuses() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: Self.refusing)
            #expect(try await trio.create(try rig.file(Cases.document("edited", evidence: 2))).code == 0)
            _ = try await trio.job("edited").final()
            let before = try await rig.initiator("get", "case:edited:image-job").output
            for arguments in [
                ["edited", "evidence-2"], ["edited", "evidence-2", "  "], ["edited", "nobody", "Words."],
                ["nobody", "evidence-2", "Words."], ["edited", "a/b", "Words."],
                ["edited", "evidence-2", "--model", String(repeating: "m", count: 201)],
                ["edited", "evidence-2", String(repeating: "w", count: 4_001)],
            ] {
                let data = ["--data", rig.path("control")]
                let refused = try await rig.run("initiator", ["edit-prompt"] + arguments + data)
                #expect(refused.code == 2, "\(arguments): \(refused.errors)")
            }
            #expect(try await rig.initiator("get", "case:edited:image-job").output == before)
        }
    }

    /// Two at once: one opens the epoch, the other is told; neither is lost without a word.
    @Test func overHTTP() async throws {
        try await Rig.run { rig in
            let simulator = try await rig.simulator(scenario: ["default": "prompt-blocked"])
            let worker = try await rig.worker(of: simulator)
            let control = try await rig.serve(
                "initiator",
                ["serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker", worker.url])
            let file = Cases.document("edited", evidence: 2)
            #expect(try await HTTP.post("\(control.url)/api/generate-case", json: file).status == 202)
            let reader = JobReader(server: control.url, caseID: "edited")
            #expect(try await reader.final().outcome == "failed 0/2")
            try await simulator.play(["default": "hold"])
            @Sendable func patch(_ asset: String, _ body: JSONValue) async throws -> Reply {
                try await HTTP.send(
                    "PATCH", "\(control.url)/api/cases/edited/assets/\(asset)", body: try JSON.encode(body))
            }
            async let one = patch("evidence-1", ["prompt": "First words."])
            async let other = patch("evidence-2", ["prompt": "Second words."])
            let replies = try await [one, other]
            #expect(replies.map(\.status).sorted() == [202, 409], "\(replies.map(\.text))")
            #expect(replies.first { $0.status == 409 }?.errorCode == "job_running")
            try await simulator.wait("held", is: 1)
            try await simulator.play(["default": "ok"])
            try await simulator.release()
            #expect(try await reader.final().outcome == "partial 1/2")

            let missing = replies[0].status == 409 ? "evidence-1" : "evidence-2"
            let made = replies[0].status == 409 ? "evidence-2" : "evidence-1"
            let table: [(String, JSONValue, Int, String)] = [
                (made, ["prompt": "x"], 409, "asset_generated"), ("nobody", ["prompt": "x"], 404, "unknown_asset"),
                (missing, [:], 400, "invalid_request"), (missing, ["prompt": " "], 400, "invalid_request"),
                (missing, ["prompt": 7], 400, "invalid_request"), (missing, ["model": 7], 400, "invalid_request"),
            ]
            for (asset, body, status, code) in table {
                let reply = try await patch(asset, body)
                #expect(reply.status == status && reply.errorCode == code, "\(asset) \(body): \(reply.text)")
            }
            #expect(try await patch(missing, ["prompt": "Last words."]).status == 202)
            let whole = try await reader.final()
            #expect(whole.outcome == "completed 2/2")
            #expect(try await simulator.calls().last?.prompt == "Last words.")
        }
    }
}
