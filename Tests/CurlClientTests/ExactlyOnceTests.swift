import CurlClient
import Testing

@Suite("nothing is sent twice", .timeLimit(.minutes(2)))
struct ExactlyOnceTests {
    enum End: CaseIterable, Sendable {
        case close
        case reset
    }

    struct Exchange: Sendable, CustomTestStringConvertible {
        var method: String
        var bytes: Int
        var end: End
        var testDescription: String { "\(method) of \(bytes) bytes, then \(end)" }
    }

    static let exchanges = [("GET", 0), ("POST", 0), ("POST", 5), ("POST", 200_000), ("PUT", 5), ("DELETE", 0)].flatMap
    {
        method, bytes in End.allCases.map { Exchange(method: method, bytes: bytes, end: $0) }
    }

    @Test("a kept connection that dies on its second request is not replaced", arguments: exchanges)
    func deadReuse(_ exchange: Exchange) async throws {
        try await withServer({ peer in
            guard peer.readRequest() != nil else { return }
            peer.answer()
            guard peer.readRequest() != nil else { return }
            if exchange.end == .reset { peer.reset() }
        }) { client, server in
            let body = [UInt8](repeating: 1, count: exchange.bytes)
            try await #expect(client.answer(to: .to(server.url, exchange.method, body: body)).status == 200)
            let error = await failure(of: .to(server.url, exchange.method, body: body), with: client)
            #expect(error?.code == .broken)
            #expect(error?.phase == .afterSend)
            #expect(server.counts.requests == 2)
            #expect(client.statistics.connectionsOpened == 1)
        }
    }

    @Test("a connection that the server closed between two calls costs neither")
    func closedWhileIdle() async throws {
        try await withServer({ peer in
            guard peer.readRequest() != nil else { return }
            peer.answer()
        }) { client, server in
            for index in 1...20 {
                let error = await result(of: .to(server.url, "POST", body: [1]), with: client)
                // The close may arrive just as the next request leaves; then it is an error, and was not repeated.
                if let error { #expect(error.code == .broken && error.phase == .afterSend) }
                #expect(server.counts.requests <= index)
            }
        }
    }

    @Test("a peer that closes without an answer on a fresh connection")
    func freshClose() async throws {
        try await withServer({ peer in _ = peer.readRequest() }) { client, server in
            let error = await failure(of: .to(server.url, "POST", body: [1]), with: client)
            #expect(error?.code == .broken)
            #expect(error?.phase == .afterSend)
            #expect(server.counts.connections == 1)
        }
    }

    private func result(of request: HTTPRequest, with client: CurlClient) async -> HTTPError? {
        do throws(HTTPError) {
            _ = try await client.send(request)
            return nil
        } catch {
            return error
        }
    }
}
