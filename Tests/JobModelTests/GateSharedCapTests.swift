import Testing

@testable import JobModel

@Suite("The cap on all calls in flight")
struct GateSharedCapTests {
    private static let lanes = ["a", "b", "c"].map { CallLane(provider: $0, model: "1") }

    private func desk(callsAtOnce: Int?) -> GateDesk {
        var desk = GateDesk { _ in ProviderLimits() }
        desk.gate = CallGate(callsAtOnce: callsAtOnce) { _ in ProviderLimits() }
        return desk
    }

    @Test("holds over all providers, and what ends makes room for the next")
    func holds() throws {
        var desk = desk(callsAtOnce: 7)
        for (number, lane) in Self.lanes.enumerated() {
            try desk.ask("job_\(number)", GateDesk.demand(now: 5, left: 14, lane: lane))
        }
        #expect(desk.gate.inFlight == 7)
        desk.end("job_0")
        #expect(desk.gate.inFlight == 7)
        #expect(desk.gate.nextWake == nil || desk.gate.nextReport == desk.gate.nextWake)
    }

    @Test("without one everybody calls")
    func off() throws {
        var desk = desk(callsAtOnce: nil)
        for number in 0..<300 { try desk.ask("job_\(number)", GateDesk.demand(now: 5, left: 14)) }
        #expect(desk.gate.inFlight == 1_500)
    }

    @Test("the turn goes round the providers: one with a thousand jobs does not keep the others waiting")
    func fair() throws {
        var desk = desk(callsAtOnce: 3)
        for number in 0..<50 {
            try desk.ask("a_\(number)", GateDesk.demand(now: 5, left: 5, lane: Self.lanes[0]))
        }
        try desk.ask("b", GateDesk.demand(now: 2, left: 2, lane: Self.lanes[1]), acceptedAt: 9)
        try desk.ask("c", GateDesk.demand(now: 1, left: 1, lane: Self.lanes[2]), acceptedAt: 10)
        #expect(desk.held("a_0") == 3)
        for _ in 0..<2 { desk.end("a_0") }
        #expect(desk.held("b") == 1 && desk.held("c") == 1)
        desk.end("a_0")
        #expect(desk.held("a_0") == 1, "the first provider has its turn again before the second's second call")
    }

    @Test("those who have begun go first, so few of many jobs run, and the others are told their places")
    func queue() throws {
        var desk = desk(callsAtOnce: 10)
        for number in 0..<100 {
            try desk.ask("job_\(number)", GateDesk.demand(now: 5, left: 14), acceptedAt: Milliseconds(number))
        }
        #expect((0..<100).filter { desk.held("job_\($0)") > 0 } == [0, 1])
        let places = desk.takePlaces()
        #expect(places.count == 98 && places["job_2"] == 0 && places["job_99"] == 97)
        desk.end("job_0")
        try desk.ask("job_0", GateDesk.demand(now: 1, next: 4, left: 13))
        #expect((0..<100).filter { desk.held("job_\($0)") > 0 } == [0, 1, 2])
    }

    @Test("full, the gate wakes for nothing but the places")
    func noBusyWakes() throws {
        var desk = GateDesk { _ in ProviderLimits() }
        desk.gate = CallGate(callsAtOnce: 1) { _ in ProviderLimits(calls: 1, window: 1_000) }
        try desk.ask("one", GateDesk.demand(now: 2, left: 2))
        desk.send("one")
        #expect(desk.gate.nextWake == nil)
        desk.end("one")
        #expect(desk.gate.nextWake.map { $0 > desk.now } == true)
    }
}
