import Testing

@testable import JobModel

@Suite("Triggers and commands of a run")
struct RunRequestTests {
    private func replied(_ driver: RunDriver) -> RunReply? { driver.replies.last }

    @Test("the same job and epoch again is the same run")
    func joins() throws {
        let record = try Make.run()
        var driver = RunDriver.accepted(record)
        driver.run(until: 500)
        driver.send(.requested(2, Make.proposal(record)))
        guard case .accepted(let joined) = replied(driver) else { return #expect(Bool(false), "\(driver.replies)") }
        #expect(joined.assets.count { $0.state == .generating } == 5)
        #expect(driver.starts.count == 5)
    }

    @Test func repeatingATriggerMovesTheFenceForwardOnly() throws {
        var driver = RunDriver.accepted(try Make.run(stopBy: 10_000)) { $0.call = { id, _ in (9_000, Make.made(id)) } }
        driver.send(.requested(2, Make.proposal(try Make.run(stopBy: 5_000))))
        #expect(driver.record?.stopBy == 10_000)
        driver.send(.requested(3, Make.proposal(try Make.run(stopBy: 90_000))))
        #expect(driver.record?.stopBy == 90_000)
    }

    @Test func anotherClaimInTheSameEpochIsAConflict() throws {
        var driver = RunDriver.accepted(try Make.run())
        driver.send(.requested(2, Make.proposal(try Make.run(claim: Claim("stranger")))))
        guard case .conflict = replied(driver) else { return #expect(Bool(false), "\(driver.replies)") }
        #expect(driver.record?.claim.text == "claim_1")
    }

    @Test func aLowerEpochIsStale() throws {
        var driver = RunDriver.accepted(try Make.run(epoch: 3))
        driver.send(.requested(2, Make.proposal(try Make.run(epoch: 2))))
        #expect(replied(driver) == .staleEpoch(current: 3))
    }

    @Test("a higher epoch takes the place of the run, whose calls are aborted")
    func aHigherEpochReplaces() throws {
        var driver = RunDriver.accepted(try Make.run()) { $0.call = { id, _ in (5_000, Make.made(id)) } }
        driver.run(until: 1_000)
        driver.send(.requested(2, Make.proposal(try Make.run(epoch: 2))))
        #expect(driver.aborts.count == 5)
        #expect(driver.record?.epoch == 2)
        driver.run()
        #expect(driver.record?.status == .completed)
        #expect(driver.starts.count == 5 + 14)
        #expect(driver.told.last?.snapshot.epoch == 2)
        #expect(driver.told.last?.snapshot.assets.map { $0.cost?.possiblyBilled ?? 0 }.reduce(0, +) == 5)
    }

    @Test("an order that the provider knows by an id is asked about in the epoch that takes the run's place")
    func aNamedCallIsAskedAbout() throws {
        func run(epoch: Int) throws -> RunRecord {
            var run = try Make.run(epoch: epoch)
            for index in run.assets.indices { run.assets[index].words = Make.hash(index) }
            return run
        }
        let call = try RemoteCall(provider: Make.lane.provider, id: "prediction-1")
        var driver = RunDriver.accepted(try run(epoch: 1)) {
            $0.call = { id, _ in (5_000, Make.made(id)) }
            $0.remote = { id, _ in id.text == "evidence-1" ? call : nil }
        }
        driver.run(until: 1_000)
        driver.send(.requested(2, Make.proposal(try run(epoch: 2))))
        driver.run()
        #expect(driver.questions == [call])
        #expect(driver.asset("evidence-1")?.asks == 1 && driver.asset("evidence-1")?.attempts == 0)
        #expect(driver.asset("evidence-1")?.cost.possiblyBilled == 0, "the answer says what became of it")
        #expect(driver.asset("evidence-2")?.cost.possiblyBilled == 1)
    }

    @Test("no call of a replaced run leaves, however late its intent was committed")
    func replacedIntentsAreRevoked() throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        bench.endWrite(.committed, now: 1)
        // The first epoch's intents are being written when the second epoch comes.
        try bench.grant(now: 1)
        bench.send(.requested(2, Make.proposal(try Make.run(epoch: 2))), now: 1)
        bench.endWrite(.committed, now: 2)
        let early = bench.takeActions()
        #expect(!early.contains { if case .startAttempt = $0 { true } else { false } })
        #expect(early.contains { if case .reply(1, .accepted) = $0 { true } else { false } })
        #expect(early.contains(.giveBack(Make.permits(5))))
        bench.endWrite(.committed, now: 3)
        try bench.grant(now: 3)
        bench.endWrite(.committed, now: 4)
        let late = bench.takeActions()
        #expect(late.count { if case .startAttempt = $0 { true } else { false } } == 5)
    }

    @Test("requests without a job id join what runs and follow what ended")
    func unnumbered() throws {
        let first = try Make.run(claim: Claim("a"))
        var driver = RunDriver()
        driver.send(.requested(1, Make.proposal(first, isUnnumbered: true)))
        driver.send(.requested(2, Make.proposal(try Make.run(claim: Claim("b")), isUnnumbered: true)))
        guard case .accepted(let joined) = replied(driver) else { return #expect(Bool(false), "\(driver.replies)") }
        #expect(joined.claim.text == "a")
        let other = try Make.run(claim: Claim("c"), request: 8)
        driver.send(.requested(3, Make.proposal(other, isUnnumbered: true)))
        guard case .conflict = replied(driver) else { return #expect(Bool(false), "\(driver.replies)") }
        driver.run()
        driver.send(.requested(4, Make.proposal(other, isUnnumbered: true)))
        #expect(driver.record?.epoch == 2)
        #expect(driver.record?.claim.text == "c")
        driver.run()
        #expect(driver.told.map(\.snapshot.epoch).last == 2)
        #expect(driver.record?.status == .completed)
    }

    @Test("cancel ends what waits, aborts what runs, keeps what is made and says so once")
    func cancel() throws {
        var driver = RunDriver.accepted(try Make.run()) {
            $0.call = { id, _ in (id.text == "evidence-1" ? 500 : 5_000, Make.made(id)) }
        }
        driver.run(until: 1_000)
        driver.send(Make.cancel(2))
        driver.send(Make.cancel(3))
        driver.run()
        #expect(driver.record?.status == .canceled)
        #expect(driver.asset("evidence-1")?.state == .generated)
        #expect(driver.asset("evidence-2")?.state == .canceled)
        #expect(driver.asset("location-4")?.error?.kind == .canceled)
        #expect(driver.starts.count == 6)
        #expect(driver.told.last?.snapshot.failedIDs.count == 13)
        #expect(driver.told.count { $0.snapshot.isFinal } == 1)
        driver.send(Make.cancel(4))
        #expect(driver.record?.status == .canceled)
    }

    @Test func cancelOfAnEndedRunChangesNothing() throws {
        var driver = RunDriver.accepted(try Make.run())
        driver.run()
        let ended = driver.record
        driver.send(Make.cancel(2))
        #expect(driver.record?.status == ended?.status)
        #expect(driver.record?.isCancelWanted == false)
    }

    @Test("commands for a run that is not known are told so")
    func unknownRun() throws {
        var bench = Bench<RunState>()
        bench.send(.redeliveryRequested(2), now: 0)
        bench.send(.attemptEnded(try Make.asset("a"), epoch: 1, start: 1, Make.made(1)), now: 0)
        bench.send(.resumed, now: 0)
        #expect(bench.takeActions() == [.reply(2, .unknownRun)])
        #expect(bench.mailroom.count == 0)
    }

    @Test("a trigger that comes before the run is taken up does not lose its calls")
    func resumedAfterATrigger() throws {
        var driver = RunDriver.accepted(try Make.run()) { $0.call = { id, _ in (5_000, Make.made(id)) } }
        driver.run(until: 1_000)
        driver.bench.crash(writeHappened: true)
        var bench = driver.bench
        bench.send(.requested(2, Make.proposal(try Make.run())), now: 2_000)
        bench.send(.resumed, now: 2_001, dice: 0)
        bench.endWrite(.committed, now: 2_002)
        let demand = bench.takeActions().compactMap { if case .demand(let demand) = $0 { demand } else { nil } }.last
        var gate = CallGate { _ in ProviderLimits() }
        let grants = gate.demand(
            try #require(demand), of: try JobID("job_1"), owner: .local, acceptedAt: 0, now: 2_002)
        for case .grant(_, let permits) in grants { bench.send(.permitted(permits), now: 2_002) }
        bench.endWrite(.committed, now: 2_003)
        let starts = bench.takeActions().compactMap {
            if case .startAttempt(let order) = $0 { order.asset } else { nil }
        }
        #expect(starts.count == 5)
        #expect(Set(starts).count == starts.count)
        // Once taken up, the same word again finds its calls in flight and leaves them alone.
        bench.send(.resumed, now: 2_003, dice: 0)
        bench.endWrite(.committed, now: 2_004)
        #expect(!bench.takeActions().contains { if case .startAttempt = $0 { true } else { false } })
        #expect(bench.state?.record.assets.allSatisfy { $0.crashes <= 1 } == true)
    }

    @Test("late and doubled ends of calls change nothing")
    func lateEnds() throws {
        var limits = RunLimits(retry: RetryPolicy(hasJitter: false))
        limits.window = 1
        let record = try Make.run(limits: limits, assets: Make.assets(evidence: 1, locations: 0))
        let id = record.assets[0].id
        var state = RunState.loaded(record, now: 0)
        _ = state.apply(.tick, now: 0, dice: 0)
        _ = state.apply(.attemptEnded(id, epoch: 1, start: 1, .failed(Make.error(.network))), now: 1, dice: 0)
        let waiting = state.record
        _ = state.apply(.attemptEnded(id, epoch: 1, start: 1, Make.made(3)), now: 1, dice: 0)
        _ = state.apply(.attemptEnded(id, epoch: 2, start: 1, Make.made(3)), now: 1, dice: 0)
        _ = state.apply(.attemptEnded(try Make.asset("nobody"), epoch: 1, start: 1, Make.made(3)), now: 1, dice: 0)
        #expect(state.record == waiting)
        _ = state.apply(.tick, now: 5_000, dice: 0)
        _ = state.apply(.attemptEnded(id, epoch: 1, start: 2, Make.made(3)), now: 5_001, dice: 0)
        let made = state.record
        _ = state.apply(.attemptEnded(id, epoch: 1, start: 2, Make.made(4)), now: 5_001, dice: 0)
        #expect(state.record.assets == made.assets)
    }
}
