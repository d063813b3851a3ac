import JSONCoding
import Testing

/// `--json` prints one object, or one object a line; errors have the shape of all errors.
@Suite("Commands with --json")
struct CommandJSONTests {
    @Test func everyCommandPrintsObjects() async throws {
        try await Rig.run { rig in
            let trio = try await rig.trio(scenario: ["default": ["status": 400]])
            let addresses = ["--worker", trio.worker.url, "--receiver", trio.receiver.url]
            let file = try rig.file(Cases.document("json", evidence: 2))
            #expect(try await objects(rig, ["create", file] + addresses).first?.text("caseId") == "json")
            let watched = try await objects(rig, ["watch", "json"], code: 4)
            #expect(watched.last?.text("status") == "failed")
            try await reading(rig)
            try await asking(rig, trio)
            try await keeping(rig)
        }
    }

    private func reading(_ rig: Rig) async throws {
        #expect(try await objects(rig, ["status", "json"], code: 4).count == 1)
        #expect(try await objects(rig, ["list"]).count == 1)
        #expect(try await objects(rig, ["why", "json"]).first?["entries"]?.arrayValue?.isEmpty == false)
        let sheet = try await objects(rig, ["sheet", "json", "--out", rig.path("json.jpg")])
        #expect(sheet.first?.text("file") == rig.path("json.jpg"))
        #expect(try await objects(rig, ["get", "case:json:image-job"]).first?.text("caseId") == "json")
    }

    private func asking(_ rig: Rig, _ trio: Trio) async throws {
        #expect(try await objects(rig, ["redeliver", "json"]).first?.number("redelivered") == 1)
        let all = try await objects(rig, ["redeliver", "--all-failed", "--worker", trio.worker.url])
        #expect(all.first?.number("redelivered") == 0 && all.first?.text("worker") == trio.worker.url)
        #expect(try await objects(rig, ["retry", "json"]).count == 1)
        #expect(try await objects(rig, ["watch", "json"], code: 4).isEmpty == false)
        #expect(try await objects(rig, ["edit-prompt", "json", "evidence-1", "A key."]).count == 1)
        #expect(try await objects(rig, ["watch", "json"], code: 4).isEmpty == false)
        #expect(try await objects(rig, ["fallback", "json"]).count == 1)
        #expect(try await objects(rig, ["watch", "json"]).last?.text("status") == "completed")
        let error = try await failure(rig, ["cancel", "json"], code: 2)
        #expect(error.text("code") == "usage" && error.text("message").contains("ended already"))
    }

    private func keeping(_ rig: Rig) async throws {
        #expect(try await objects(rig, ["verify"]).count == 1)
        #expect(try await objects(rig, ["backup", "--out", rig.path("copy")]).count == 1)
        let restore = try await rig.run(
            "initiator", ["restore", "--from", rig.path("copy"), "--data", rig.path("again"), "--json"])
        #expect(try restore.code == 0 && restore.json.number("records") > 0)
        let key = try await objects(rig, ["keys", "create", "--owner", "acme"])
        let id = try #require(key.first?.text("id"))
        #expect(try await objects(rig, ["keys", "rotate", id]).count == 1)
        #expect(try await objects(rig, ["keys", "list"]).count == 2)
        #expect(try await objects(rig, ["keys", "revoke", id]).count == 1)
        #expect(try await objects(rig, ["owners", "set", "acme", "--plan", "free"]).count == 1)
        #expect(try await objects(rig, ["owners", "list"]).count == 2)
        #expect(try await objects(rig, ["owners", "show", "acme"]).count == 1)
        _ = try await objects(rig, ["ledger", "local"])
        #expect(try await objects(rig, ["doctor"]).first?["ok"]?.boolValue == true)
    }

    @Test func errorsAreObjectsToo() async throws {
        try await Rig.run { rig in
            let nobody = try await failure(rig, ["status", "nobody"], code: 2)
            #expect(nobody.text("message").contains("there is no"))
            let usage = try await failure(rig, ["status"], code: 2)
            #expect(usage.text("message") == "Missing expected argument '<case-id>'")
            let command = try await failure(rig, ["cancle", "x"], code: 2)
            #expect(command.text("message").contains("did you mean \"cancel\"?"))
            let port = try Ports.pick()
            let away = try await failure(
                rig,
                [
                    "create", Cases.harborLights, "--worker", "http://127.0.0.1:\(port)", "--receiver",
                    "http://127.0.0.1:9",
                ],
                code: 5)
            #expect(away.text("code") == "not_reachable" && away.text("message").contains("initiator serve"))
        }
    }

    /// - Returns: each object that it printed.
    private func objects(_ rig: Rig, _ arguments: [String], code: Int32 = 0) async throws -> [JSONValue] {
        let finished = try await rig.run("initiator", arguments + ["--data", rig.path("control"), "--json"])
        #expect(finished.code == code, "\(arguments): \(finished.errors)")
        #expect(finished.output.isEmpty || finished.output.hasSuffix("\n"))
        let documents: [JSONValue]
        if let whole = try? finished.json {
            documents = [whole]
        } else {
            documents = try finished.output.split(separator: "\n").map {
                try JSON.decode(JSONValue.self, from: Array($0.utf8))
            }
        }
        #expect(documents.allSatisfy { $0.objectValue != nil }, "\(arguments)")
        return documents
    }

    /// - Returns: what stands under `error`.
    private func failure(_ rig: Rig, _ arguments: [String], code: Int32) async throws -> JSONValue {
        let finished = try await rig.run("initiator", arguments + ["--data", rig.path("control"), "--json"])
        #expect(finished.code == code, "\(arguments): \(finished.errors)")
        let lines = finished.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(finished.errors)")
        let document = try JSON.decode(JSONValue.self, from: Array((lines.last ?? "").utf8))
        return try #require(document["error"])
    }
}
