import Testing

@testable import JobModel

@Suite("When the gate wants to be woken, and what it says of a provider that is down")
struct GateWakeTests {
    @Test("the wake comes with the call that leaves, not with the permit")
    func sentBringsTheWake() throws {
        var desk = GateDesk { _ in ProviderLimits(calls: 2, window: 1_000) }
        try desk.ask("job", GateDesk.demand(now: 4, left: 4))
        #expect(desk.held("job") == 2)
        #expect(desk.gate.nextWake == nil, "time alone frees nothing: no call has left")
        desk.send("job")
        #expect(desk.gate.nextWake == desk.now + 1_020)
        desk.tick(at: desk.now + 1_019)
        #expect(desk.held("job") == 2)
        desk.tick(at: desk.now + 1)
        #expect(desk.held("job") == 3 && desk.gate.nextWake == nil)
    }

    @Test("of a window and a pause it waits for the later one")
    func laterOfTwo() throws {
        var desk = GateDesk { _ in ProviderLimits(calls: 5, window: 10_000) }
        let begin = desk.now
        try desk.ask("job", GateDesk.demand(now: 5, left: 9))
        for _ in 0..<5 {
            desk.send("job")
            desk.end("job", .down)
        }
        try desk.ask("job", GateDesk.demand(now: 5, left: 9))
        #expect(desk.gate.nextWake == begin + 10_166)
        desk.tick(at: begin + 2_000)
        #expect(desk.held("job") == 0 && desk.gate.nextWake == begin + 10_166)
        desk.tick(at: begin + 10_166)
        #expect(desk.held("job") == 1, "a probe, though the window has room for five")
        #expect(desk.gate.nextWake == nil)
        desk.end("job")
        #expect(desk.held("job") == 4)
    }

    @Test("a probe that is given back lets the next job try at once")
    func probeGivenBack() throws {
        var desk = GateDesk { _ in ProviderLimits() }
        try desk.ask("old", GateDesk.demand(now: 5, left: 5), acceptedAt: 0)
        for _ in 0..<5 { desk.end("old", .down) }
        try desk.ask("old", GateDesk.demand(now: 1, left: 5), acceptedAt: 0)
        try desk.ask("young", GateDesk.demand(now: 1, left: 5), acceptedAt: 1)
        desk.tick(at: desk.now + 2_000)
        #expect(desk.held("old") == 1 && desk.held("young") == 0)
        desk.giveBack("old")
        #expect(desk.held("young") == 1)
    }

    @Test("a job that need not wait for a provider that is down is told once for each of its demands")
    func toldOnce() throws {
        var desk = GateDesk { _ in ProviderLimits() }
        try desk.ask("breaker", GateDesk.demand(now: 5, left: 5))
        for _ in 0..<5 { desk.end("breaker", .down) }
        _ = desk.takeActions()
        let demand = GateDesk.demand(now: 1, left: 1, dispensable: ["test"])
        for number in 0..<20 { try desk.ask("job_\(number)", demand, acceptedAt: 1) }
        let told = desk.takeActions().compactMap { action -> String? in
            if case .circuitOpen(let id, "test") = action { id.text } else { nil }
        }
        #expect(told == (0..<20).map { "job_\($0)" })
        try desk.ask("job_7", demand, acceptedAt: 1)
        #expect(desk.takeActions() == [.circuitOpen(try JobID("job_7"), provider: "test")])
    }
}
