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
        // A few places further from the front: worth telling only near to it.
        #expect(places == ["job_1": 2, "job_2": 3, "job_3": 4])
    }

    @Test("changes are told every 20 s at most, and what has not changed is not told again")
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
        for wake in stride(from: begin + 40_000, to: begin + 920_000, by: 20_000) {
            #expect(desk.gate.nextWake == wake)
            desk.tick(at: wake)
            #expect(desk.takePlaces().isEmpty)
        }
    }

    @Test("what is news of a place: near to the front any change, further back half as many or twice as many")
    func news() {
        func isNews(_ told: Int, _ now: Int) -> Bool { QueuePlace(ahead: told, at: 0).isNews(ahead: now) }
        #expect(isNews(1, 0) && isNews(4, 3) && isNews(3, 4) && isNews(7, 4))
        #expect(!isNews(4, 4) && !isNews(5, 6) && !isNews(100, 99) && !isNews(100, 51) && !isNews(100, 199))
        #expect(isNews(100, 50) && isNews(100, 200) && isNews(0, 10))
    }

    @Test("of thousands each is told a few times on its whole way to the front, the last places one by one")
    func longQueue() throws {
        var desk = try waiting(2_000)
        #expect(desk.takePlaces().count == 2_000)
        var told: [String: [Int]] = [:]
        desk.end("first")
        try desk.forget("first")
        for number in 0..<2_000 {
            desk.tick(at: desk.now + 20_000)
            let places = desk.takePlaces()
            #expect(places.count <= CallGate.reportsAtOnce)
            for (job, place) in places { told[job, default: []].append(place) }
            desk.end("job_\(number)")
            try desk.forget("job_\(number)")
        }
        let last = try #require(told["job_1999"])
        #expect(last == [999, 499, 249, 124, 62, 31, 15, 7, 4, 3, 2, 1, 0])
        #expect(told.values.allSatisfy { $0.count <= 13 })
        #expect(desk.gate.isEmpty)
    }

    @Test("20,000 that come, run and go cost no more than each its share", .timeLimit(.minutes(1)))
    func crowdIsCheap() throws {
        var desk = try waiting(20_000, owners: 3)
        #expect(desk.gate.books.owners.values.reduce(0) { $0 + $1.waiting.count } == 20_000)
        desk.end("first")
        try desk.forget("first")
        for _ in 0..<20_000 {
            let holder = try #require(desk.gate.holders.values.first?.job.text)
            desk.end(holder)
            try desk.forget(holder)
        }
        #expect(desk.gate.isEmpty)
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
        #expect(desk.gate.nextWake == begin + 40_000)
        desk.tick(at: begin + 40_000)
        #expect(desk.takePlaces() == ["late": 1])
    }

    @Test("of a crowd that all moved up 400 are told in one round, the first of them first, and the others in the next")
    func crowd() throws {
        var desk = try waiting(0)
        for number in 0..<3_000 {
            try desk.ask("big_\(number)", GateDesk.demand(now: 1, left: 1), acceptedAt: Milliseconds(number + 1))
        }
        _ = desk.takePlaces()
        let begin = desk.now
        for number in 0..<1_500 { try desk.forget("big_\(number)") }
        desk.tick(at: begin + 20_000)
        let first = desk.takePlaces()
        #expect(first.count == 400 && first["big_1500"] == 0)
        desk.tick(at: begin + 40_000)
        let second = desk.takePlaces()
        #expect(second.count == 400 && Set(second.keys).isDisjoint(with: first.keys))
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
