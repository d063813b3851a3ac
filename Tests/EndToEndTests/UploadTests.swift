import JSONCoding
import Testing

/// Pictures that come in with a generation, over the real control plane.
@Suite("Uploads")
struct UploadTests {
    private static let path = "/api/v1/generations"

    private func post(_ plane: ControlPlane, _ parts: [(head: String, body: [UInt8])], cut: Int = 0) async throws
        -> Reply
    {
        var body: [UInt8] = []
        for part in parts {
            body += Array("--edge\r\nContent-Disposition: form-data; \(part.head)\r\n\r\n".utf8) + part.body
            body += Array("\r\n".utf8)
        }
        body += Array("--edge--\r\n".utf8)
        return try await HTTP.send(
            "POST", plane.url(Self.path),
            headers: plane.headers.merging(["Content-Type": "multipart/form-data; boundary=edge"]) { $1 },
            body: Array(body.dropLast(cut)))
    }

    private func file(_ name: String, _ bytes: [UInt8]) -> (head: String, body: [UInt8]) {
        ("name=\"\(name)\"; filename=\"holiday of Jane.png\"\r\nContent-Type: image/png", bytes)
    }

    private func text(_ name: String, _ value: String) -> (head: String, body: [UInt8]) {
        ("name=\(name)", Array(value.utf8))
    }

    /// A picture that a provider made: as good as any.
    private func made(_ plane: ControlPlane) async throws -> [UInt8] {
        let id = try await plane.post(Self.path, ["prompt": "A pier"]).json.text("id")
        _ = try await plane.when("\(Self.path)/\(id)", "the end") { $0.text("status") == "succeeded" }
        return try await plane.get("/public/renders/\(id)/0.jpg").body
    }

    @Test func aPictureGoesToTheProviderWithItsWords() async throws {
        try await Rig.run(Closed.settings) { rig in
            let plane = try await rig.plane(headers: Closed.reading)
            let picture = try await made(plane)
            let created = try await post(
                plane, [text("prompt", "by day"), text("mode", "edit"), file("input1", picture)])
            #expect(created.status == 202, "\(created.text)")
            let id = try created.json.text("id")
            let done = try await plane.when("\(Self.path)/\(id)", "the end") { $0.text("status") == "succeeded" }
            #expect(done["settings"]?["mode"] == "edit")
            let combined = try await post(
                plane, [text("prompt", "both"), file("input1", picture), file("input2", picture)])
            #expect(combined.status == 202, "\(combined.text)")
            #expect(try combined.json["settings"]?["mode"] == "combine")
            let calls = try await plane.simulator.calls()
            #expect(calls.contains { $0.prompt.hasSuffix("by day") && $0.prompt.hasPrefix("Change the given picture") })
            // Nobody but the worker that has the job reads what came in, and nothing tells a file's name.
            for log in [plane.control.log, plane.worker.log] { #expect(!"\(log)".contains("Jane")) }
        }
    }

    @Test func whatIsRefusedLeavesNothingBehind() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane()
            let good = try await made(plane)
            let before = try await artifacts(rig)
            var bomb = Array("\u{89}PNG".unicodeScalars.map { UInt8($0.value) }) + [13, 10, 26, 10, 0, 0, 0, 13]
            bomb += Array("IHDR".utf8) + [0, 0, 0x40, 0, 0, 0, 0x40, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0]
            bomb += [0, 0, 0, 0] + Array("IEND".utf8) + [0, 0, 0, 0]
            var hollow = good
            for index in (good.count / 3)..<(good.count - 2) { hollow[index] = 0 }
            let large = good + [UInt8](repeating: 0, count: 10 << 20)
            for (name, status, parts, field) in [
                ("wrong type", 415, [file("input1", Array("GIF89a".utf8))], "input1"),
                ("an SVG", 415, [file("input1", Array("<svg/>".utf8))], "input1"),
                ("polyglot", 400, [file("input1", good + Array("<script>".utf8))], "input1"),
                ("bomb", 413, [file("input1", bomb)], "input1"),
                ("oversized", 413, [file("input1", large)], "input1"),
                ("truncated picture", 400, [file("input1", Array(good.prefix(good.count / 2)))], "input1"),
                ("zero bytes", 400, [file("input1", [])], "input1"),
                ("second broken", 400, [file("input1", good), file("input2", Array(good.dropLast(2)))], "input2"),
                ("second alone", 400, [file("input2", good)], "input1"),
                ("unknown file", 400, [file("input3", good)], "input3"),
                ("twice", 400, [file("input1", good), file("input1", good)], "input1"),
                ("mode needs two", 400, [text("mode", "combine"), file("input1", good)], "input2"),
                ("mode takes none", 400, [text("mode", "text"), file("input1", good)], "mode"),
                ("no number", 400, [text("variants", "two")], "variants"),
            ] as [(String, Int, [(head: String, body: [UInt8])], String)] {
                let reply = try await post(plane, [text("prompt", "x")] + parts)
                #expect(reply.status == status && reply.errorCode == "VALIDATION_ERROR", "\(name): \(reply.text)")
                #expect(reply.errorField == field, "\(name): \(reply.text)")
            }
            let cut = try await post(plane, [text("prompt", "x"), file("input1", good)], cut: 9)
            #expect(cut.status == 400 && cut.errorField == "", "\(cut.text)")
            let missing = try await post(plane, [file("input1", good)])
            #expect(missing.status == 400 && missing.errorField == "prompt")
            let edge = try await HTTP.send(
                "POST", plane.url(Self.path), headers: ["Content-Type": "multipart/form-data"], body: [1])
            #expect(edge.status == 400 && edge.errorCode == "VALIDATION_ERROR")
            #expect(try await artifacts(rig) == before)
            // It goes on serving.
            #expect(try await post(plane, [text("prompt", "x"), file("input1", good)]).status == 202)
        }
    }

    /// How many artifacts the control plane holds.
    private func artifacts(_ rig: Rig) async throws -> Int64 {
        let checked = try await rig.initiator("verify", "--json")
        return try checked.json.number("artifacts")
    }

    @Test func aProviderThatTakesNoPicturesSaysSo() async throws {
        try await Rig.run { rig in
            let plane = try await rig.plane()
            let picture = try await made(plane)
            let id = try await post(plane, [text("prompt", "by day"), file("input1", picture)]).json.text("id")
            _ = try await plane.when("\(Self.path)/\(id)", "the end") { $0.text("status") == "succeeded" }
            let worker = try await rig.serve(
                "worker", ["--listen", "127.0.0.1:0", "--data", rig.path("other"), "--provider", "local"])
            let control = try await rig.serve(
                "initiator",
                ["serve", "--listen", "127.0.0.1:0", "--data", rig.path("second"), "--worker", worker.url])
            let second = ControlPlane(
                rig: rig, simulator: plane.simulator, worker: worker, control: control)
            let refused = try await post(second, [text("prompt", "by day"), file("input1", picture)])
            let path = "\(Self.path)/\(try refused.json.text("id"))"
            let failed = try await second.when(path, "the refusal") { $0.text("status") == "failed" }
            #expect(failed["error"]?["code"] == "VALIDATION_ERROR")
        }
    }
}
