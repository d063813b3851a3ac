import CurlClient
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("the client's end", .timeLimit(.minutes(2)))
struct LifetimeTests {
    private static let silent: @Sendable (Peer) -> Void = { peer in
        _ = peer.readRequest()
        peer.hang()
    }

    @Test("shutdown ends every call and closes its socket; later calls are refused")
    func shutdown() async throws {
        let server = try TestServer(Self.silent)
        let client = CurlClient()
        let codes = await withTaskGroup(of: HTTPError?.self) { group in
            for _ in 0..<10 { group.addTask { await failure(of: .to(server.url, "POST", body: [1]), with: client) } }
            await server.wait { $0.requests == 10 }
            await client.shutdown()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count == 10)
        #expect(codes.allSatisfy { $0?.code == .closed && $0?.phase == .afterSend })
        #expect(client.statistics.inFlight == 0)
        await server.wait { $0.closedByClient == 10 }
        let late = await failure(of: .to(server.url), with: client)
        #expect(late?.code == .closed)
        #expect(late?.phase == .beforeSend)
        await client.shutdown()
        await server.stop()
    }

    @Test("shutdown ends calls whose name is still looked up, and those that wait for that lookup")
    func lookups() async throws {
        let client = CurlClient()
        let errors = await withTaskGroup(of: HTTPError?.self) { group in
            for index in 0..<100 {
                group.addTask { await failure(of: .to("http://no-such-host-\(index % 3).invalid/"), with: client) }
            }
            await client.shutdown()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.count == 100)
        #expect(errors.allSatisfy { ($0?.code == .closed || $0?.code == .nameNotFound) && $0?.phase == .beforeSend })
        #expect(client.statistics.inFlight == 0)
    }

    @Test("connections that nobody may use again are closed though nobody calls")
    func idle() async throws {
        let server = try TestServer { peer in
            while peer.readRequest() != nil { peer.answer() }
        }
        var configuration = CurlClient.Configuration()
        configuration.maximumIdleAge = .zero
        let client = CurlClient(configuration: configuration)
        for count in 1...3 {
            try await #expect(client.answer(to: .to(server.url)).status == 200)
            await server.wait { $0.closedByClient == count }
        }
        #expect(server.counts.connections == 3)
        await client.shutdown()
        await server.stop()
    }

    @Test("dropping the client closes its connections")
    func dropped() async throws {
        let server = try TestServer { peer in
            while peer.readRequest() != nil { peer.answer() }
        }
        do {
            let client = CurlClient()
            try await #expect(client.answer(to: .to(server.url)).status == 200)
        }
        await server.wait { $0.closedByClient == 1 }
        await server.stop()
    }

    @Test("no descriptor is left behind by calls that fail, are canceled or succeed")
    func descriptors() async throws {
        // In a process of its own: the other tests of this one open and close descriptors all the time.
        await #expect(processExitsWith: .success) {
            try await exerciseClient()
            // The first round has opened what the runtime keeps.
            let before = try openDescriptors()
            try await exerciseClient()
            let after = try openDescriptors()
            precondition(after == before, "\(before) descriptors before, \(after) after")
        }
    }
}

private func exerciseClient() async throws {
    let server = try TestServer { peer in
        guard let request = peer.readRequest(), request.target != "/hang" else { return peer.hang() }
        if request.target == "/ok" { peer.answer() }
    }
    let client = CurlClient()
    await withTaskGroup(of: Void.self) { group in
        for path in ["ok", "close", "hang"] {
            for _ in 0..<10 {
                let timeout = Duration.milliseconds(path == "hang" ? 50 : 60_000)
                group.addTask {
                    let result = await Task { try await client.send(.to("\(server.url)/\(path)", timeout: timeout)) }
                        .result
                    precondition((try? result.get().status) == (path == "ok" ? 200 : nil))
                }
            }
        }
    }
    await client.shutdown()
    await server.stop()
}

func openDescriptors() throws -> Int {
    guard let directory = opendir("/proc/self/fd") else { throw SocketError(code: errno) }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count
}
