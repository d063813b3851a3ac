import Testing

@testable import JobModel

@Suite("Places in the queue")
struct GatePlaceTests {
    /// One job that runs, and so many that wait.
    private func waiting(_ jobs: Int, owners: Int = 1) throws -> GateDesk {
        var desk = GateDesk { _ in ProviderLimits(concurrency: 1) }
        try desk.ask("first", GateDesk.demand(now: 1, left: 1), owner: "owner-0", acceptedAt: 0)
        for number in 0..<jobs {
            try desk.ask(
                "job_\(number)", GateDesk.demand(now: 1, left: 1), owner: "owner-\(number % owners)",
                acceptedAt: Milliseconds(number + 1))
        }
        return desk
    }

    @Test func oneThatMustWaitIsToldAtOnce() throws {
        var desk = try waiting(3)
        #expect(desk.takePlaces() == ["job_0": 0, "job_1": 1, "job_2": 2])
    }

    @Test func oneThatNeedNotWaitIsToldNothing() throws {
        var desk = GateDesk { _ in ProviderLimits() }
        try desk.ask("job", GateDesk.demand(now: 5, left: 14))
        #expect(desk.takePlaces().isEmpty)
        #expect(desk.gate.nextWake == nil)
    }

    @Test("a newcomer is told the place that it is told later, too: the turn goes round the owners")
    func sameCount() throws {
        var desk = try waiting(10)
        _ = desk.takePlaces()
        try desk.ask("guest", GateDesk.demand(now: 1, left: 1), owner: "guest", acceptedAt: 500)
        #expect(desk.takePlaces() == ["guest": 1])
        desk.tick(at: desk.now + 20_000)
        let places = desk.takePlaces()
        #expect(places["job_0"] == nil && places["guest"] == nil && places["job_1"] == 2 && places["job_9"] == 10)
    }

    @Test("changes are told every 20 s at most, and what has not changed every 5 min")
    func pace() throws {
        var desk = try waiting(3)
        let begin = desk.now
        _ = desk.takePlaces()
        #expect(desk.gate.nextWake == begin + 20_000)
        desk.end("first")
        try desk.forget("first")
        desk.tick(at: begin + 19_999)
        #expect(desk.takePlaces().isEmpty)
        desk.tick(at: begin + 20_000)
        #expect(desk.takePlaces() == ["job_1": 0, "job_2": 1])
        for wake in stride(from: begin + 40_000, to: begin + 320_000, by: 20_000) {
            #expect(desk.gate.nextWake == wake)
            desk.tick(at: wake)
            #expect(desk.takePlaces().isEmpty)
        }
        desk.tick(at: begin + 320_000)
        #expect(desk.takePlaces() == ["job_1": 0, "job_2": 1])
    }

    @Test("one that came shortly before the round is not told twice within 20 s")
    func newcomerBeforeTheRound() throws {
        var desk = try waiting(2)
        let begin = desk.now
        desk.now = begin + 19_000
        try desk.ask("late", GateDesk.demand(now: 1, left: 1), owner: "owner-0", acceptedAt: 500)
        desk.end("first")
        try desk.forget("first")
        _ = desk.takePlaces()
        desk.tick(at: begin + 20_000)
        #expect(desk.takePlaces() == ["job_1": 0])
        desk.tick(at: begin + 40_000)
        #expect(desk.takePlaces() == ["late": 1])
    }

    @Test("a crowd is told no more than 20 times a second")
    func crowd() throws {
        var desk = try waiting(1_000)
        let begin = desk.now
        desk.tick(at: begin + 20_000)
        #expect(desk.gate.nextWake == begin + 70_000)
    }

    @Test func theRoundsEndWithTheQueue() throws {
        var desk = try waiting(2)
        for job in ["first", "job_0"] {
            desk.end(job)
            try desk.forget(job)
        }
        desk.tick(at: desk.now + 20_000)
        #expect(desk.gate.nextWake == nil)
    }
}
