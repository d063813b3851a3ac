import CurlClient
import Testing

@Suite("an answer, whatever it says", .timeLimit(.minutes(2)))
struct ExchangeTests {
    /// Answers each request with what it received.
    private static let echo: @Sendable (Peer) -> Void = { peer in
        while let request = peer.readRequest() {
            let seen =
                "\(request.method) \(request.target)\n" + request.headers.map { "\($0.name)=\($0.value)\n" }.joined()
            peer.answer(headers: "X-Seen-Bytes: \(request.body.count)\r\n", body: Array(seen.utf8) + request.body)
        }
    }

    @Test("method, target, headers and body arrive, and nothing is added that was not asked for")
    func request() async throws {
        try await withServer(Self.echo) { client, server in
            var request = HTTPRequest.to("\(server.url)/a/b?c=d%20e", "POST", body: Array("{}".utf8))
            request.headers = [("Content-Type", "application/json"), ("X-Empty", ""), ("X-Text", "grün")]
            let answer = try await client.send(request)
            #expect(answer.status == 200)
            #expect(answer.header("x-seen-bytes") == "2")
            let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map(String.init)
            #expect(lines[0] == "POST /a/b?c=d%20e")
            let expected: Set = [
                "host=127.0.0.1:\(server.port)", "accept=*/*", "content-type=application/json", "x-empty=",
                "x-text=grün", "content-length=2",
            ]
            #expect(Set(lines[1..<(lines.count - 1)]) == expected)
            #expect(lines.last == "{}")
        }
    }

    @Test("every method keeps its name", arguments: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    func methods(_ method: String) async throws {
        try await withServer(Self.echo) { client, server in
            for body in [[], Array("x".utf8)] {
                let answer = try await client.send(.to(server.url, method, body: body))
                #expect(String(decoding: answer.body, as: UTF8.self).hasPrefix("\(method) /\n"))
                #expect(answer.header("x-seen-bytes") == "\(body.count)")
            }
        }
    }

    @Test("HEAD has headers and no body, however long the body would be")
    func head() async throws {
        try await withServer({ peer in
            while peer.readRequest() != nil { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n") }
        }) { client, server in
            let answer = try await client.send(.to(server.url, "HEAD", maximumBodyBytes: 10))
            #expect(answer.status == 200)
            #expect(answer.header("content-length") == "99999999")
            #expect(answer.body.isEmpty)
        }
    }

    @Test("a body of any size goes out whole", arguments: [1, 16 * 1024, 16 * 1024 + 1, 70_000, 3 << 20])
    func bodies(_ count: Int) async throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try await withServer({ peer in
            while let request = peer.readRequest() { peer.answer(body: request.body) }
        }) { client, server in
            let answer = try await client.send(.to(server.url, "POST", body: body, maximumBodyBytes: count))
            #expect(answer.body == body)
        }
    }

    @Test("redirects, refusals and server errors are answers", arguments: [204, 302, 304, 404, 429, 500, 503])
    func statuses(_ status: Int) async throws {
        try await withServer({ peer in
            while peer.readRequest() != nil {
                peer.write("HTTP/1.1 \(status) Word\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\n")
                peer.write("Retry-After: 7\r\nContent-Length: 0\r\n\r\n")
            }
        }) { client, server in
            let answer = try await client.send(.to(server.url))
            #expect(answer.status == status)
            #expect(answer.header("retry-after") == "7")
            #expect(server.counts.requests == 1)
        }
    }

    @Test("interim answers and trailers do not pass for the answer's head")
    func interim() async throws {
        try await withServer({ peer in
            while peer.readRequest() != nil {
                peer.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 201 Created\r\nA: 1\r\nB:  two \r\n")
                peer.write("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: trailer\r\n\r\n")
            }
        }) { client, server in
            let answer = try await client.send(.to(server.url))
            #expect(answer.status == 201)
            #expect(answer.headers.map(\.name) == ["a", "b", "transfer-encoding"])
            #expect(answer.header("a") == "1")
            #expect(answer.header("b") == "two")
            #expect(String(decoding: answer.body, as: UTF8.self) == "abc")
        }
    }

    @Test("compressed bodies come as they are")
    func noDecompression() async throws {
        let bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 1, 2, 3]
        try await withServer({ peer in
            while peer.readRequest() != nil { peer.answer(headers: "Content-Encoding: gzip\r\n", body: bytes) }
        }) { client, server in
            try await #expect(client.answer(to: .to(server.url)).body == bytes)
        }
    }

    @Test("one connection serves calls that follow each other, and cookies are not kept")
    func reuse() async throws {
        try await withServer({ peer in
            while let request = peer.readRequest() {
                let cookie = request.header("cookie") ?? "none"
                peer.answer(headers: "Set-Cookie: a=b; Path=/\r\n", body: Array(cookie.utf8))
            }
        }) { client, server in
            for _ in 0..<20 {
                let answer = try await client.send(.to(server.url))
                #expect(String(decoding: answer.body, as: UTF8.self) == "none")
            }
            #expect(server.counts.connections == 1)
            #expect(client.statistics.requests == 20)
            #expect(client.statistics.connectionsOpened == 1)
        }
    }

    @Test("many calls at once each get their own answer")
    func concurrency() async throws {
        try await withServer({ peer in
            while let request = peer.readRequest() { peer.answer(body: Array(request.target.utf8)) }
        }) { client, server in
            let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let answer = try await client.send(.to("\(server.url)/\(index)"))
                        return String(decoding: answer.body, as: UTF8.self) != "/\(index)"
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wrong == 0)
            #expect(client.statistics.inFlight == 0)
        }
    }
}
