import Testing

/// Request lines and heads that mean to be taken for something else: each gets its 400 or 404, and nothing opens.
@Suite("Path tricks and broken heads")
struct PathTrickTests {
    private func status(_ server: Server, _ bytes: [UInt8]) async throws -> Int {
        try await RawConnection.exchange(port: server.port, bytes).status
    }

    private func line(_ method: String, _ target: [UInt8]) -> [UInt8] {
        Array("\(method) ".utf8) + target + Array(" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
    }

    @Test func targets() async throws {
        try await Rig.run(Closed.settings) { rig in
            let server = try await rig.controlServer()
            let job = "/api/cases/a/image-job"
            for (target, wanted) in [
                ("/api/../healthz", 404), ("/./healthz", 404), ("/%68ealthz", 404), ("/healthz%00", 404),
                ("/healthz/..\(job)", 404), ("/healthz#\(job)", 404), ("/healthz?\(job)", 200), ("*", 404),
                ("http://", 404),
                ("http://?a", 404), ("http://127.0.0.1\(job)", 401), ("?", 400), (":", 400), ("", 400),
                ("//api//cases//a//image-job", 401), ("\(job)/", 401), ("/API/cases/a/image-job", 404),
                ("/api/cases/a%2Fimage-job", 404), ("/api/cases/%00/image-job", 401), ("/api/cases/../image-job", 401),
                ("/api/cases/%2e%2e/image-job", 401), ("/api/cases/%zz/image-job", 401),
                ("/api/artifacts/..%2f..%2fetc%2fpasswd", 401), ("/api/owners/../artifacts/x", 401),
                ("/" + String(repeating: "a/", count: 10_000), 404),
                ("/healthz?" + String(repeating: "a=b&", count: 5_000), 200),
            ] {
                let found = try await status(server, line("GET", Array(target.utf8)))
                // A double or a last slash is read over: that must open no more than the path itself.
                #expect(found == wanted || (wanted == 401 && found == 404), "\(target.prefix(60)): \(found)")
            }
            for target: [UInt8] in [Array("/api/cases/".utf8) + [0] + Array("/image-job".utf8), [0x2F, 0xFF, 0xFE]] {
                #expect(try await status(server, line("GET", target)) == 400)
            }
            for method in ["CONNECT", "TRACE", "PRI", "get", "G\u{0}T"] {
                let found = try await status(server, line(method, Array(job.utf8)))
                #expect([400, 404, 405].contains(found), "\(method): \(found)")
            }
            #expect(try await HTTP.get("\(server.url)/healthz").status == 200)
        }
    }

    @Test func heads() async throws {
        try await Rig.run(Closed.settings) { rig in
            let server = try await rig.controlServer()
            let start = "POST /api/generate-case HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            for rest in [
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "Content-Length: -2\r\n\r\n{}",
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Content-Length: 9e9\r\n\r\n{}",
                "Content-Length: 99999999999999999999\r\n\r\n{}", "X: a\u{0}b\r\n\r\n", "X y: b\r\n\r\n",
                "X\r\n\r\n", ": a\r\n\r\n",
            ] {
                #expect(try await status(server, Array((start + rest).utf8)) == 400, "\(rest)")
            }
            for whole in [
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n", "GET /healthz HTTP/9.9\r\n\r\n",
            ] {
                #expect(try await status(server, Array(whole.utf8)) == 400, "\(whole)")
            }
            #expect(try await HTTP.get("\(server.url)/healthz").status == 200)
        }
    }
}
