import CurlClient
import Testing

@Suite("cancellation", .timeLimit(.minutes(2)))
struct CancellationTests {
    @Test("ends a call at once and closes its socket")
    func inFlight() async throws {
        try await withServer({ peer in
            _ = peer.readRequest()
            peer.hang()
        }) { client, server in
            let task = Task { await failure(of: .to(server.url, "POST", body: [1]), with: client) }
            await server.wait { $0.requests == 1 }
            let begin = ContinuousClock.now
            task.cancel()
            let error = await task.value
            #expect(ContinuousClock.now - begin < .seconds(5))
            #expect(error?.code == .canceled)
            #expect(error?.phase == .afterSend)
            await server.wait { $0.closedByClient == 1 }
            #expect(client.statistics.inFlight == 0)
        }
    }

    @Test("before the call sends nothing")
    func before() async throws {
        try await withServer({ $0.hang() }) { client, server in
            let task = Task {
                // The task cancels itself, so that the call begins canceled for certain.
                withUnsafeCurrentTask { $0?.cancel() }
                return await failure(of: .to(server.url), with: client)
            }
            let error = await task.value
            #expect(error?.code == .canceled)
            #expect(error?.phase == .beforeSend)
            #expect(server.counts.connections == 0)
        }
    }

    @Test("at any moment ends the call: racing the start, the sending and the answer")
    func races() async throws {
        try await withServer({ peer in
            while peer.readRequest() != nil { peer.answer(body: [1, 2, 3]) }
        }) { client, server in
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<400 {
                    group.addTask {
                        let task = Task { try await client.send(.to(server.url)).body }
                        for _ in 0..<(index % 40) { await Task.yield() }
                        task.cancel()
                        switch await task.result {
                        case .success(let body): #expect(body == [1, 2, 3])
                        case .failure(let error): #expect((error as? HTTPError)?.code == .canceled)
                        }
                    }
                }
            }
            #expect(client.statistics.inFlight == 0)
            try await #expect(client.answer(to: .to(server.url)).status == 200)
        }
    }
}
