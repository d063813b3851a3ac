import JobModel
import NIOCore
import NIOEmbedded
import Testing

@testable import DarkroomHTTP
@testable import Orchestration

@Suite("Clients that leave")
struct DepartureTests {
    private func listener() -> NewsListener { NewsListener(Mailbox()) {} }

    private func channel(_ departures: Departures) async throws -> NIOAsyncTestingChannel {
        let channel = try await NIOAsyncTestingChannel { channel in
            let care = ConnectionCare(ConnectionLimits(), ConnectionBook(limit: 8), departures)
            try channel.pipeline.syncOperations.addHandler(care)
        }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).get()
        return channel
    }

    /// Nothing of the requests before is kept, however many a connection makes.
    @Test func whoClosesIsHeardOfNoMore() async throws {
        let departures = Departures()
        let channel = try await channel(departures)
        let (first, second, late) = (listener(), listener(), listener())
        departures.end(first, with: channel)
        departures.end(second, with: channel)
        #expect(departures.count == 1)
        _ = try await channel.finish()
        #expect(await second.next().isOver)
        #expect(departures.count == 0)
        departures.end(late, with: channel)
        #expect(await late.next().isOver && departures.count == 0)
    }

    /// A peer that closes its end is seen to send no more, and nothing else.
    @Test func whoSendsNoMoreHasLeft() async throws {
        let departures = Departures()
        let channel = try await channel(departures)
        let (before, after) = (listener(), listener())
        departures.end(before, with: channel)
        try await channel.testingEventLoop.executeInContext {
            channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        #expect(await before.next().isOver)
        departures.end(after, with: channel)
        #expect(await after.next().isOver && departures.count == 1)
        _ = try await channel.finish()
        #expect(departures.count == 0)
    }
}
