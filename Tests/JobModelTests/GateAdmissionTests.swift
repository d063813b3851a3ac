import Testing

@testable import JobModel

@Suite("Whose turn it is at the gate")
struct GateAdmissionTests {
    private static let one = ProviderLimits(concurrency: 1)
    private static let minute = ProviderLimits(calls: 60)

    @Test("first come, first served within an owner, whoever asked first")
    func firstComeFirstServed() throws {
        var desk = GateDesk { _ in Self.one }
        try desk.ask("job_0", GateDesk.demand(now: 1, left: 1), acceptedAt: 0)
        for number in [3, 1, 2] {
            try desk.ask("job_\(number)", GateDesk.demand(now: 1, left: 1), acceptedAt: Milliseconds(number))
        }
        var order: [Int] = []
        for _ in 0..<3 {
            let holder = try #require((0...3).first { desk.held("job_\($0)") == 1 })
            desk.end("job_\(holder)")
            try desk.forget("job_\(holder)")
            order.append(try #require((0...3).first { desk.held("job_\($0)") == 1 }))
        }
        #expect(order == [1, 2, 3])
    }

    @Test("the turn goes round the owners: a thousand jobs do not keep one waiting")
    func roundRobin() throws {
        var desk = GateDesk { _ in Self.one }
        for number in 0..<1_000 {
            try desk.ask(
                "big_\(number)", GateDesk.demand(now: 1, left: 1), owner: "big", acceptedAt: Milliseconds(number))
        }
        try desk.ask("small_1", GateDesk.demand(now: 1, left: 2), owner: "small", acceptedAt: 5_000)
        #expect(desk.held("big_0") == 1 && desk.held("small_1") == 0)
        desk.end("big_0")
        #expect(desk.held("small_1") == 1)
        try desk.ask("small_1", GateDesk.demand(now: 1, left: 2), owner: "small", acceptedAt: 5_000)
        desk.end("small_1")
        #expect(desk.held("big_1") == 1)
        desk.end("big_1")
        #expect(desk.held("small_1") == 1)
    }

    @Test("as many are let in as can be done in time, and one at least")
    func admission() throws {
        var desk = GateDesk { _ in Self.minute }
        for number in 0..<20 {
            try desk.ask(
                "job_\(number)", GateDesk.demand(now: 1, next: 1, left: 14), acceptedAt: Milliseconds(number))
        }
        // 60 a minute are 300 in 300 s; six tenths of them are 180, and 12 × 14 is 168.
        #expect((0..<20).filter { desk.held("job_\($0)") == 1 } == Array(0..<12))
        try desk.forget("job_3")
        #expect((0..<20).filter { desk.held("job_\($0)") == 1 } == Array(0..<13))
        var alone = GateDesk { _ in Self.minute }
        try alone.ask("huge", GateDesk.demand(now: 5, left: 4_000))
        try alone.ask("tiny", GateDesk.demand(now: 1, left: 1), owner: "other", acceptedAt: 1)
        #expect(alone.held("huge") == 5 && alone.held("tiny") == 0)
    }

    @Test("a job that had to wait long is planned for from when it begins")
    func deadlineFromAdmission() throws {
        var desk = GateDesk { _ in ProviderLimits(calls: 60, concurrency: 1) }
        for number in 0..<3 {
            try desk.ask("job_\(number)", GateDesk.demand(now: 1, left: 14), acceptedAt: Milliseconds(number))
        }
        desk.now += 900_000
        desk.end("job_0", .neutral)
        try desk.forget("job_0")
        #expect(desk.held("job_1") == 1)
        // job_1 began just now, though it asked 900 s ago.
        desk.end("job_1", .neutral)
        #expect(desk.held("job_2") == 1)
    }

    @Test("one that runs is not held back by an older one that may not begin yet")
    func olderOneComesLate() throws {
        var desk = GateDesk { _ in Self.minute }
        try desk.ask("young", GateDesk.demand(now: 2, next: 2, left: 170), acceptedAt: 10)
        try desk.ask("old", GateDesk.demand(now: 2, left: 20), acceptedAt: 5)
        #expect(desk.held("young") == 2 && desk.held("old") == 0)
        let hasNext = desk.end("young")
        #expect(hasNext)
        try desk.ask("young", GateDesk.demand(now: 1, next: 2, left: 169), acceptedAt: 10)
        #expect(desk.held("young") == 3)
        try desk.forget("young")
        #expect(desk.held("old") == 2)
    }

    @Test("a large job whose turn has come is not passed by small ones for ever")
    func largeJobIsNotStarved() throws {
        var desk = GateDesk { _ in Self.minute }
        try desk.ask("small_0", GateDesk.demand(now: 1, left: 14), owner: "small", acceptedAt: 0)
        try desk.ask("large", GateDesk.demand(now: 1, left: 200), owner: "large", acceptedAt: 1)
        for number in 1..<6 {
            try desk.ask(
                "small_\(number)", GateDesk.demand(now: 1, left: 14), owner: "small",
                acceptedAt: Milliseconds(1 + number))
        }
        #expect(desk.held("large") == 0)
        desk.end("small_0")
        try desk.forget("small_0")
        #expect(desk.held("large") == 1)
    }

    @Test("work at one provider does not keep jobs from another")
    func lanesAreApart() throws {
        var desk = GateDesk { _ in Self.minute }
        let other = CallLane(provider: "other", model: "m")
        for number in 0..<12 {
            try desk.ask("busy_\(number)", GateDesk.demand(now: 1, left: 14), acceptedAt: Milliseconds(number))
        }
        try desk.ask("job", GateDesk.demand(now: 5, left: 14, lane: other), acceptedAt: 100)
        #expect(desk.held("job") == 5)
    }

    @Test("the right to the next call goes to the oldest job, which need not be the one whose call ended")
    func handOver() throws {
        var desk = GateDesk { _ in Self.one }
        try desk.ask("old", GateDesk.demand(now: 1, next: 1, left: 3), acceptedAt: 1)
        try desk.ask("young", GateDesk.demand(now: 1, next: 1, left: 3), acceptedAt: 2)
        var hasNext = desk.end("old")
        #expect(hasNext && desk.held("young") == 0)
        // What it has left waits for something else; the younger one's turn comes.
        try desk.ask("old", GateDesk.demand(now: 0, left: 2), acceptedAt: 1)
        hasNext = desk.end("old")
        #expect(!hasNext && desk.held("young") == 1)
        try desk.ask("old", GateDesk.demand(now: 1, left: 2), acceptedAt: 1)
        hasNext = desk.end("young")
        #expect(!hasNext && desk.held("old") == 1)
    }

    @Test("a demand takes the place of the one before")
    func demandIsReplaced() throws {
        var desk = GateDesk { _ in Self.one }
        try desk.ask("first", GateDesk.demand(now: 1, left: 1), acceptedAt: 0)
        try desk.ask("job", GateDesk.demand(now: 5, left: 5), acceptedAt: 1)
        try desk.ask("job", GateDesk.demand(now: 0, left: 5), acceptedAt: 1)
        desk.end("first")
        #expect(desk.held("job") == 0 && desk.gate.inFlight == 0)
        try desk.ask("job", GateDesk.demand(now: 2, left: 5), acceptedAt: 1)
        #expect(desk.held("job") == 1)
    }

    @Test("permits that nobody knows change nothing, and one counts once")
    func strangePermits() throws {
        var desk = GateDesk { _ in Self.one }
        let strange = Make.permits(3)
        desk.gate.sent(strange[0], now: desk.now)
        let after = desk.gate.ended(strange[1], .down, now: desk.now)
        let given = desk.gate.giveBack(strange, now: desk.now)
        #expect(after.next == nil && after.actions.isEmpty && given.isEmpty)
        try desk.ask("job", GateDesk.demand(now: 2, left: 2))
        let permit = try #require(desk.permits["job"]?.first)
        desk.giveBack("job")
        #expect(desk.gate.inFlight == 1, "the second call's turn")
        let again = desk.gate.ended(permit, .answered, now: desk.now)
        #expect(again.next == nil && again.actions.isEmpty)
        #expect(desk.gate.inFlight == 1, "ended twice is ended once")
    }

    @Test("what is forgotten leaves nothing behind")
    func nothingIsLeft() throws {
        var desk = GateDesk { $0 == "test" ? ProviderLimits(calls: 7, window: 1_000, concurrency: 3) : Self.one }
        for number in 0..<40 {
            let lane = CallLane(provider: number % 2 == 0 ? "test" : "other", model: "m")
            try desk.ask(
                "job_\(number)", GateDesk.demand(now: 2, next: 1, left: 3, lane: lane), owner: "owner-\(number % 7)",
                acceptedAt: Milliseconds(number))
        }
        for number in 0..<40 where number % 3 == 0 { try desk.forget("job_\(number)") }
        for number in 0..<40 { desk.giveBack("job_\(number)") }
        for number in 0..<40 { try desk.forget("job_\(number)") }
        while let number = (0..<40).first(where: { desk.held("job_\($0)") > 0 }) { desk.giveBack("job_\(number)") }
        #expect(desk.gate.isEmpty)
        desk.tick(at: desk.now + 20_000)
        #expect(desk.gate.nextWake == nil)
    }
}
