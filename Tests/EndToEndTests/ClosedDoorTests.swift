import JSONCoding
import Testing

/// Nothing but health is open, unless the operator says so; a server on loopback that nobody has closed says that it is
/// open.
@Suite("Closed by default")
struct ClosedDoorTests {
    private static let path = "/api/cases/nobody/image-job"

    private func ask(_ server: Server, _ headers: [String: String]) async throws -> Reply {
        try await HTTP.get(server.url + Self.path, headers: headers)
    }

    @Test func anOpenServerSaysSo() async throws {
        try await Rig.run { rig in
            let open = try await rig.controlServer()
            let line = try await open.logged("access.open")
            #expect(line.text("close").contains("DARKROOM_READ_TOKEN"))
            #expect(try await ask(open, [:]).status == 404)
            await open.process.stop()
            let closed = try await rig.controlServer(settings: ["DARKROOM_READ_TOKEN": Closed.readToken])
            #expect(try await ask(closed, [:]).status == 401)
            #expect(try await ask(closed, Closed.reading).status == 404)
            await closed.process.stop()
            _ = try await KeyDesk(rig: rig).create("alice")
            let keyed = try await rig.controlServer()
            #expect(try await ask(keyed, [:]).status == 401)
            await keyed.process.stop()
            for server in [closed, keyed] {
                #expect(!server.log.contains { $0.text("event") == "access.open" })
            }
        }
    }

    /// An open server is open to this machine's own programs, not to what reaches it through one of them.
    @Test func anOpenServerTakesNoOthers() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            for headers in [
                ["X-Forwarded-For": "127.0.0.1"], ["Forwarded": "for=127.0.0.1"], ["Via": "1.1 proxy"],
                ["Origin": "https://page.example"], ["Origin": "null"], ["Origin": "http://127.0.0.1.example"],
            ] {
                #expect(try await ask(server, headers).status == 401, "\(headers)")
            }
            for headers in [
                [:], ["Origin": "http://localhost:3000"], ["Authorization": "Bearer whatever"],
            ] {
                #expect(try await ask(server, headers).status == 404, "\(headers)")
            }
            for (host, status) in [
                ("darkroom.example", 401), ("127.0.0.1.example", 401), ("10.0.0.1:\(server.port)", 401),
                ("localhost:1", 404), ("[::1]:8080", 404), ("127.0.0.1", 404),
            ] {
                let request = Array("GET \(Self.path) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
                #expect(try await RawConnection.exchange(port: server.port, request).status == status, "\(host)")
            }
        }
    }

    @Test func theOperatorsToken() async throws {
        try await Rig.run(Closed.settings) { rig in
            let control = try await rig.controlServer()
            let token = Closed.readToken
            for header in ["bearer \(token)", "BEARER \(token)", "Bearer \(token)"] {
                #expect(try await ask(control, ["Authorization": header]).status == 404, "\(header)")
            }
            for header in ["Basic \(token)", token, "Bearer", "Bearer  \(token)", "Bearer \(token)x"] {
                #expect(try await ask(control, ["Authorization": header]).status == 401, "\(header)")
            }
            #expect(try await ask(control, ["Authorization": "Bearer \(Closed.workerToken)"]).status == 401)
            // Whatever else: only health.
            for path in ["/healthz", "/readyz"] { #expect(try await HTTP.get(control.url + path).status == 200) }
            for (method, path) in [
                ("POST", "/api/generate-case"), ("POST", "/api/cases/a/retry"), ("POST", "/api/cases/a/fallback"),
                ("POST", "/api/cases/a/cancel"), ("POST", "/api/cases/a/redeliver"),
                ("PATCH", "/api/cases/a/assets/b"), ("GET", "/api/cases/a/image-job"),
                ("GET", "/api/cases/a/images/b"), ("GET", "/api/artifacts/\(SHA256.hex([]))"),
                ("GET", "/api/owners/alice/artifacts/\(SHA256.hex([]))"), ("POST", "/api/webhook/image-progress"),
                ("PUT", "/api/artifacts/\(SHA256.hex([]))"), ("PUT", "/api/owners/alice/artifacts/\(SHA256.hex([]))"),
            ] {
                let reply = try await HTTP.send(
                    method, control.url + path, headers: ["Content-Type": "application/json"], body: Array("{}".utf8))
                #expect(reply.status == 401, "\(method) \(path): \(reply.text)")
            }
        }
    }

    /// Beyond this machine a server needs somebody who may ask it.
    @Test func beyondThisMachine() async throws {
        try await Rig.run(["DARKROOM_WEBHOOK_SECRET": Secret.first.text]) { rig in
            let arguments = ["--listen", "0.0.0.0:0", "--data", rig.path("control")]
            let refused = try await rig.run("receiver", arguments)
            #expect(refused.code == 2)
            #expect(refused.errors.contains("DARKROOM_READ_TOKEN") && refused.errors.contains("keys create"))
            let key = try await KeyDesk(rig: rig).create("alice")
            let server = try await rig.serve("receiver", arguments)
            let url = "http://127.0.0.1:\(server.port)\(Self.path)"
            #expect(try await HTTP.get(url).status == 401)
            #expect(try await HTTP.get(url, headers: key.headers).status == 404)
        }
    }

    /// A body that says that it is something else than JSON is not read as JSON.
    @Test func contentTypes() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            for (index, type) in [
                "application/json", "application/json; charset=utf-8", "Application/JSON", "application/problem+json",
                "application/x-www-form-urlencoded",
            ].enumerated() {
                let reply = try await HTTP.send(
                    "POST", "\(server.url)/api/generate-case", headers: ["Content-Type": type],
                    body: try JSON.encode(Cases.document("case-\(index)", evidence: 1)))
                #expect(reply.status == 202, "\(type): \(reply.text)")
            }
            for headers in [
                ["Content-Type": "text/plain"], ["Content-Type": "multipart/form-data; boundary=x"],
                ["Content-Type": "image/png"], ["Content-Type": "application/xml"], ["Content-Type": "*/*"],
                ["Content-Type": "application/json", "Content-Encoding": "gzip"],
            ] {
                for path in ["/api/generate-case", "/api/cases/case-0/fallback", "/api/webhook/image-progress"] {
                    let reply = try await HTTP.send(
                        "POST", server.url + path, headers: headers,
                        body: try JSON.encode(Cases.document("other", evidence: 1)))
                    #expect(reply.status == 415 && reply.errorCode == "unsupported_media_type", "\(path) \(headers)")
                }
            }
        }
    }
}
