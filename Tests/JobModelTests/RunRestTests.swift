import Testing

@testable import JobModel

@Suite("A run that waits for its turn")
struct RunRestTests {
    /// Accepted by a worker whose limits are taken up by others, its place told and acknowledged.
    private func waiting(stopBy: Milliseconds? = 1_800_000, delivery end: DeliveryAnswer) throws -> RunDriver {
        var driver = RunDriver(now: 0)
        driver.gate = CallGate { _ in ProviderLimits(concurrency: 1) }
        _ = driver.gate.demand(
            GateDesk.demand(now: 1, left: 1), of: try JobID("before"), owner: .local, acceptedAt: -1, now: 0)
        driver.delivery = { _ in (0, end) }
        driver.send(.requested(1, Make.proposal(try Make.run(stopBy: stopBy, artifactURL: Make.artifactURL))))
        driver.run(until: 100)
        return driver
    }

    @Test("is not held in memory, counts among those in hand, and stands in the store as it was told")
    func letGo() throws {
        var driver = try waiting(delivery: .accepted(stopBy: nil))
        #expect(driver.bench.state == nil && driver.bench.mailroom.count == 0 && driver.bench.mailroom.inHand == 1)
        #expect(driver.record?.queue?.ahead == 0)
        #expect(driver.record?.delivery.acknowledged == driver.record?.version)
        #expect(driver.bench.nextWake == 600_000)
    }

    @Test("is held as long as somebody does not know where it stands")
    func heldWhileOwing() throws {
        let driver = try waiting(delivery: .failed(reason: "down", retryAfter: 50_000))
        #expect(driver.bench.state != nil && driver.bench.mailroom.inHand == 1)
    }

    @Test("begins when its turn comes")
    func begins() throws {
        var driver = try waiting(delivery: .accepted(stopBy: nil))
        driver.send(.permitted(Make.permits(2)))
        #expect(driver.starts.count == 2 && driver.bench.state != nil)
        #expect(driver.record?.queue == nil)
    }

    @Test("is ended when its time is over, without anybody asking")
    func expires() throws {
        var driver = try waiting(delivery: .accepted(stopBy: nil))
        driver.run(until: 1_900_000)
        #expect(driver.record?.status == .failed && driver.record?.assets.allSatisfy { $0.cutOff == true } == true)
        #expect(driver.bench.mailroom.inHand == 0)
    }

    @Test("that cannot be read when its turn comes gives the turn back and wakes in its time all the same")
    func unreadable() throws {
        var driver = try waiting(delivery: .accepted(stopBy: nil))
        driver.bench.isUnreadable = true
        driver.bench.send(.permitted(Make.permits(1)), now: 200)
        let actions = driver.bench.takeActions()
        #expect(actions.contains { if case .giveBack = $0 { true } else { false } })
        #expect(driver.bench.mailroom.inHand == 1 && driver.bench.nextWake == 600_000)
    }

    @Test("nothing that a transition asked for is kept, pictures least of all")
    func effectsAreNotKept() throws {
        var driver = RunDriver.accepted(try Make.run()) { $0.call = { id, _ in (1_000, Make.made(id)) } }
        driver.run(until: 1_000)
        let state = try #require(driver.bench.state)
        #expect(state.record.assets.contains { $0.state == .generated })
        #expect(state.effects.attachments.isEmpty && state.effects.actions.isEmpty)
    }
}
