import Testing

@testable import CurlClient

@Suite("large answers wait for a place", .timeLimit(.minutes(2)))
struct AnswerRoomTests {
    private static let picture = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private static func serve(_ peer: Peer) {
        while peer.readRequest() != nil { peer.answer(body: picture) }
    }

    private static func request(
        _ server: TestServer, _ room: AnswerRoom, timeout: Duration = .seconds(60)
    ) -> HTTPRequest {
        var request = HTTPRequest.to(server.url, timeout: timeout)
        request.answerRoom = room
        return request
    }

    @Test func noneComesInWhileThePlaceIsHeld() async throws {
        try await withServer(Self.serve) { client, server in
            let room = AnswerRoom(places: 1)
            var first: HTTPResponse? = try await client.answer(to: Self.request(server, room))
            #expect(first?.body == Self.picture)
            let error = await failure(of: Self.request(server, room, timeout: .milliseconds(200)), with: client)
            #expect(error?.code == .timeout)
            first = nil
            let third = try await client.answer(to: Self.request(server, room))
            #expect(third.body == Self.picture)
        }
    }

    @Test func whoeverIsCanceledWhileWaitingTakesNoPlaceAway() async throws {
        try await withServer(Self.serve) { client, server in
            let room = AnswerRoom(places: 1)
            var first: HTTPResponse? = try await client.answer(to: Self.request(server, room))
            #expect(first?.place != nil)
            let second = Task { await failure(of: Self.request(server, room), with: client) }
            await server.wait { $0.requests == 2 }
            second.cancel()
            #expect(await second.value?.code == .canceled)
            first = nil
            let third = try await client.answer(to: Self.request(server, room))
            #expect(third.body == Self.picture)
        }
    }

    @Test func aCrowdComesThroughFewPlacesWhole() async throws {
        try await withServer(Self.serve) { client, server in
            let room = AnswerRoom(places: 2)
            let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<40 {
                    group.addTask { try await client.answer(to: Self.request(server, room)).body }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(bodies.count == 40 && bodies.allSatisfy { $0 == Self.picture })
        }
    }

    @Test func smallAnswersNeedNone() async throws {
        try await withServer({ peer in while peer.readRequest() != nil { peer.answer(body: [1, 2, 3]) } }) {
            client, server in
            let room = AnswerRoom(places: 1)
            let first = try await client.answer(to: Self.request(server, room))
            let second = try await client.answer(to: Self.request(server, room))
            #expect(first.place == nil && second.place == nil)
        }
    }

    private let start = ContinuousClock.now

    @Test func placesGoInOrderAndComeBack() throws {
        var places = AnswerPlaces<String>(limit: 2)
        let entered1 = places.enter("a", now: start)
        let first = try #require(entered1)
        let entered2 = places.enter("b", now: start)
        #expect(entered2 != nil)
        let got3 = places.enter("c", now: start)
        #expect(got3 == nil)
        let got4 = places.enter("d", now: start)
        #expect(got4 == nil)
        let got5 = places.admit(now: start)
        #expect(got5.isEmpty)
        places.leave(first)
        let got6 = places.enter("e", now: start)
        #expect(got6 == nil, "nobody passes those who wait")
        let got7 = places.admit(now: start)
        #expect(got7.map(\.1) == ["c"])
    }

    @Test func aStalledHolderHoldsUpNobodyUntilItReceivesAgain() throws {
        var places = AnswerPlaces<String>(limit: 1)
        let entered8 = places.enter("slow", now: start)
        let slow = try #require(entered8)
        let got9 = places.enter("next", now: start)
        #expect(got9 == nil)
        places.lendPlacesOfStalled(now: start + .milliseconds(499), patience: .milliseconds(500))
        let got10 = places.admit(now: start)
        #expect(got10.isEmpty)
        places.lendPlacesOfStalled(now: start + .milliseconds(500), patience: .milliseconds(500))
        let admitted = places.admit(now: start)
        #expect(admitted.map(\.1) == ["next"])
        places.received(slow, now: start + .seconds(1))
        let got11 = places.enter("third", now: start)
        #expect(got11 == nil)
        places.leave(try #require(admitted.first).0)
        let got12 = places.admit(now: start)
        #expect(got12.isEmpty, "the one that was slow counts again")
        places.leave(slow)
        let got13 = places.admit(now: start)
        #expect(got13.map(\.1) == ["third"])
    }

    @Test func aWholeAnswerIsNeverTakenForStalled() throws {
        var places = AnswerPlaces<String>(limit: 1)
        let entered14 = places.enter("whole", now: start)
        let whole = try #require(entered14)
        places.isWhole(whole)
        let got15 = places.enter("next", now: start)
        #expect(got15 == nil)
        places.lendPlacesOfStalled(now: start + .seconds(60), patience: .milliseconds(500))
        let got16 = places.admit(now: start)
        #expect(got16.isEmpty)
    }
}
