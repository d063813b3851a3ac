import CurlClient
import Testing

@Suite("address filters", .timeLimit(.minutes(2)))
struct AddressFilterTests {
    private static let nothing = AddressFilter(name: "nothing") { _ in false }
    private static let loopback = AddressFilter(name: "loopback") { $0 == [127, 0, 0, 1] }

    private static let answering: @Sendable (Peer) -> Void = { peer in while peer.readRequest() != nil { peer.answer() }
    }

    @Test(
        "a refused address is not connected to, by number or by name", arguments: ["127.0.0.1", "localhost", "0x7f.1"])
    func refused(_ host: String) async throws {
        try await withServer(Self.answering) { client, server in
            var request = HTTPRequest.to("http://\(host):\(server.port)/", "POST", body: [1])
            request.addressFilter = Self.nothing
            let error = await failure(of: request, with: client)
            #expect(error?.code == .addressRefused)
            #expect(error?.phase == .beforeSend)
            #expect(client.statistics.connectionsOpened == 0)
            #expect(server.counts.connections == 0)
        }
    }

    @Test("a connection opened by trusted traffic is no way round the filter")
    func reuse() async throws {
        try await withServer(Self.answering) { client, server in
            try await #expect(client.answer(to: .to(server.url)).status == 200)
            var request = HTTPRequest.to(server.url, "POST", body: [1])
            request.addressFilter = Self.nothing
            let error = await failure(of: request, with: client)
            #expect(error?.code == .addressRefused)
            #expect(error?.phase == .beforeSend)
            #expect(server.counts.requests == 1)
        }
    }

    @Test("an allowed address is connected to and reused, and the filter sees the network's byte order")
    func allowed() async throws {
        try await withServer(Self.answering) { client, server in
            var request = HTTPRequest.to(server.url)
            request.addressFilter = Self.loopback
            for _ in 0..<3 { try await #expect(client.answer(to: request).status == 200) }
            #expect(server.counts.connections == 1)
        }
    }

    @Test("an IPv4 address in IPv6 form reaches the filter as it is")
    func mapped() async throws {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 127, 0, 0, 1]
        try await withServer(Self.answering) { client, server in
            var request = HTTPRequest.to("http://[::ffff:127.0.0.1]:\(server.port)/")
            request.addressFilter = AddressFilter(name: "not mapped") { $0 != mapped }
            #expect(await failure(of: request, with: client)?.code == .addressRefused)
            #expect(server.counts.connections == 0)
        }
    }
}
