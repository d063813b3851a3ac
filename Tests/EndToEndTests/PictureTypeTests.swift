import JSONCoding
import Testing

/// Pictures lie on the dashboard's origin: what somebody says they are must not make a page of them.
@Suite("What a picture is served as")
struct PictureTypeTests {
    private static let drawing = Array(
        #"<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/api/jobs")</script></svg>"#.utf8)

    /// A worker that has the hand-out says of a drawing with a script, and of a photograph, that they are drawings.
    @Test func theBytesSayItAndNobodyElse() async throws {
        try await Rig.run(Closed.settings) { rig in
            let trio = try await rig.trio(scenario: ["default": "hold"])
            #expect(try await trio.create(try rig.file(Cases.document("held", evidence: 2))).code == 0)
            let reader = JobReader(server: trio.receiver.url, caseID: "held", headers: Closed.reading)
            _ = try await reader.when("the first webhook") { $0.number("version") >= 1 }
            let forged = try await ForgedWorker(rig, receiver: trio.receiver.url, caseID: "held")
            let photograph: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            var snapshot = forged.snapshot(version: 40)
            var assets = snapshot["assets"]?.arrayValue ?? []
            for (index, bytes) in [Self.drawing, photograph].enumerated() {
                let hash = SHA256.hex(bytes)
                #expect(try await forged.put(bytes, hash: hash).status == 200)
                let picture: JSONValue = [
                    "hash": .string(hash), "bytes": .int(Int64(bytes.count)), "mediaType": "image/svg+xml",
                ]
                let source: JSONValue = ["provider": "gemini", "model": "m1", "isFallback": false]
                assets[index] = assets[index].with("status", "generated").with("picture", picture)
                    .with("source", source)
            }
            snapshot = snapshot.with("assets", .array(assets))
            let reply = try await forged.send(snapshot)
            #expect(reply.status == 200, "\(reply.text)")
            let types = ["application/octet-stream", "image/png"]
            for ((id, bytes), type) in zip(zip(forged.assets, [Self.drawing, photograph]), types) {
                for path in ["/api/cases/held/images/\(id)", "/api/artifacts/\(SHA256.hex(bytes))"] {
                    let served = try await HTTP.get(trio.receiver.url + path, headers: Closed.reading)
                    #expect(served.status == 200 && served.body == bytes, "\(path)")
                    #expect(served.headers["content-type"] == type, "\(path)")
                    #expect(served.headers["x-content-type-options"] == "nosniff")
                    let policy = served.headers["content-security-policy"] ?? ""
                    #expect(policy.contains("default-src 'none'") && policy.contains("sandbox"), "\(path): \(policy)")
                }
            }
            try await trio.simulator.release()
        }
    }
}
