import CurlClient
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("broken and oversized answers", .timeLimit(.minutes(2)))
struct BoundsTests {
    struct Answer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var code: HTTPError.Code
        var status: Int?
        var repeated = 1
    }

    static let answers = [
        Answer(
            testDescription: "announces too much", text: "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
            code: .bodyTooLarge, status: 200),
        Answer(
            testDescription: "sends too much in chunks",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + String(repeating: "64\r\n" + String(repeating: "x", count: 100) + "\r\n", count: 11),
            code: .bodyTooLarge, status: 200),
        Answer(
            testDescription: "sends too much without a length",
            text: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + String(repeating: "x", count: 1001),
            code: .bodyTooLarge, status: 200),
        Answer(
            testDescription: "closes in its body", text: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nxxx",
            code: .broken,
            status: 200),
        Answer(
            testDescription: "closes in a chunk",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nxxx", code: .broken, status: 200),
        Answer(
            testDescription: "has a chunk size that is none",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxxx", code: .broken, status: 200),
        Answer(testDescription: "has no head", text: "hello, this is not HTTP\r\n\r\n", code: .broken, status: nil),
        Answer(testDescription: "closes in its head", text: "HTTP/1.1 200 OK\r\nA: ", code: .broken, status: 200),
        Answer(
            testDescription: "has one long header",
            text: "HTTP/1.1 200 OK\r\nA: " + String(repeating: "x", count: 70_000) + "\r\n\r\n", code: .broken,
            status: 200),
        Answer(
            testDescription: "has many headers",
            text: "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 300) + "\r\n", code: .broken, status: 200
        ),
        Answer(
            testDescription: "has many interim heads", text: String(repeating: "HTTP/1.1 103 Hint\r\n\r\n", count: 300),
            code: .broken, status: nil),
        Answer(
            testDescription: "has a length that is none", text: "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
            code: .broken, status: 200),
    ]

    @Test("is an error of its kind", arguments: answers)
    func bad(_ answer: Answer) async throws {
        try await withServer({ peer in
            _ = peer.readRequest()
            peer.write(answer.text)
        }) { client, server in
            let error = await failure(of: .to(server.url, "POST", body: [1], maximumBodyBytes: 1000), with: client)
            #expect(error?.code == answer.code)
            #expect(error?.status == answer.status)
            #expect(error?.phase == (answer.status == nil ? .afterSend : .answerStarted))
            #expect(server.counts.requests == 1)
        }
    }

    @Test("a body as long as allowed is taken, also when nothing is allowed", arguments: [0, 1, 1000])
    func exact(_ count: Int) async throws {
        let body = [UInt8](repeating: 9, count: count)
        try await withServer({ peer in
            while peer.readRequest() != nil { peer.answer(body: body) }
        }) { client, server in
            try await #expect(client.answer(to: .to(server.url, maximumBodyBytes: count)).body == body)
        }
    }

    @Test("one byte is too much when nothing is allowed")
    func nothing() async throws {
        try await withServer({ peer in
            while peer.readRequest() != nil { peer.answer(body: [1]) }
        }) { client, server in
            let error = await failure(of: .to(server.url, maximumBodyBytes: 0), with: client)
            #expect(error?.code == .bodyTooLarge)
        }
    }

    @Test("bytes after the announced length are not part of the body nor of the next answer")
    func excess() async throws {
        try await withServer({ peer in
            while peer.readRequest() != nil {
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 500 No\r\n\r\n")
            }
        }) { client, server in
            for _ in 0..<2 {
                let answer = try await client.send(.to(server.url))
                #expect(answer.status == 200)
                #expect(answer.body == Array("ab".utf8))
            }
        }
    }

    @Test("a peer that refuses")
    func refused() async throws {
        let (descriptor, port) = try boundSocket()
        defer { close(descriptor) }
        let client = CurlClient()
        let error = await failure(of: .to("http://127.0.0.1:\(port)/?secret=1", "POST", body: [1]), with: client)
        #expect(error?.code == .connectFailed)
        #expect(error?.phase == .beforeSend)
        #expect(error?.message.contains("secret") == false)
        await client.shutdown()
    }

    @Test("TLS with a peer that speaks none fails before anything was sent")
    func notTLS() async throws {
        try await withServer({ peer in
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            peer.hang()
        }) { client, server in
            let error = await failure(of: .to("https://127.0.0.1:\(server.port)/", "POST", body: [1]), with: client)
            #expect(error?.code == .connectFailed)
            #expect(error?.phase == .beforeSend)
        }
    }
}
