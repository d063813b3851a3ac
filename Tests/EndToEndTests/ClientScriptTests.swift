import JSONCoding
import Testing

/// `scripts/darkroom-client` against the real control plane: a POSIX shell and curl, nothing else.
@Suite("The client script")
struct ClientScriptTests {
    private func withControlPlane(
        _ scenario: JSONValue? = nil, _ body: (Rig, Server, Simulator) async throws -> Void
    ) async throws {
        try await Rig.run(Closed.settings) { rig in
            let simulator = try await rig.simulator(picture: "medium", scenario: scenario)
            let worker = try await rig.worker(of: simulator, settings: ["DARKROOM_MAX_ATTEMPTS": "1"])
            let control = try await rig.serve(
                "initiator",
                ["serve", "--listen", "127.0.0.1:0", "--data", rig.path("control"), "--worker", worker.url])
            try await body(rig, control, simulator)
        }
    }

    private func client(_ rig: Rig, _ control: String, _ arguments: String...) async throws -> Finished {
        try await rig.run(
            "/bin/sh", [Places.script("darkroom-client"), "--server", control, "--interval", "0.1"] + arguments)
    }

    @Test func completed() async throws {
        try await withControlPlane { rig, control, _ in
            let out = rig.path("pictures")
            let created = try await client(rig, control.url, "--out", out, "create", Cases.harborLights)
            #expect(created.code == 0, "\(created.errors)")
            #expect(created.output.contains("completed 14/14"))
            #expect(Set(Files.names(in: out)) == Set((Cases.evidence + Cases.locations).map { "\($0).jpg" }))
            for name in Files.names(in: out) {
                #expect(try #require(JPEGFile(try Files.read("\(out)/\(name)"))).is512)
            }
            #expect(try await client(rig, control.url, "watch", "harbor-lights").code == 0)
            let got = try await client(rig, control.url, "get", "harbor-lights")
            #expect(got.code == 0)
            #expect(try got.json.outcome == "completed 14/14")
        }
    }

    @Test func partialAndFailed() async throws {
        let scenario: JSONValue = [
            "rules": [["prompt": ["evidence 1 of part.", "of none."], "do": ["status": 400]]]
        ]
        try await withControlPlane(scenario) { rig, control, _ in
            let part = try await client(
                rig, control.url, "create", try rig.file(Cases.document("part", evidence: 3)))
            #expect(part.code == 3)
            #expect(part.output.contains("partial 2/3 failed: evidence-1"))
            let none = try await client(
                rig, control.url, "create", try rig.file(Cases.document("none", evidence: 1)))
            #expect(none.code == 4)
        }
    }

    @Test func refused() async throws {
        try await withControlPlane(["default": "hold"]) { rig, control, _ in
            let empty = try await client(rig, control.url, "create", try rig.file(["caseId": "empty"]))
            #expect(empty.code == 2)
            #expect(empty.errors.contains("evidence"))
            #expect(try await client(rig, control.url, "watch", "nobody").code == 2)
            let tooLong = try await client(
                rig, control.url, "--timeout", "1", "create", try rig.file(Cases.document("slow", evidence: 1)))
            #expect(tooLong.code == 5)
            #expect(tooLong.errors.contains("gave up after 1 s"))
            let other = try await client(rig, control.url, "create", try rig.file(Cases.document("slow", evidence: 2)))
            #expect(other.code == 2)
            #expect(other.errors.contains("409"))
            let gone = try await client(rig, "http://127.0.0.1:\(try Ports.pick())", "create", Cases.harborLights)
            #expect(gone.code == 5)
        }
    }

    @Test func withoutTheToken() async throws {
        try await withControlPlane { rig, control, _ in
            let refused = try await rig.run(
                "/bin/sh", [Places.script("darkroom-client"), "--server", control.url, "create", Cases.harborLights],
                settings: ["DARKROOM_READ_TOKEN": ""])
            #expect(refused.code == 1)
            #expect(refused.errors.contains("wants a token"))
        }
    }
}
