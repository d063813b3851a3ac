import Testing

@testable import JobModel

@Suite("Ending a job before its time")
struct CancelTests {
    private func cancels(_ desk: JobDesk) -> Int {
        desk.actions.count { if case .tellCancel = $0 { true } else { false } }
    }

    @Test("nobody was told of the work: it ends at once")
    func neverTriggered() throws {
        var desk = JobDesk(try Make.job())
        #expect(desk.send(.cancelRequested(1))?.name == "ending")
        #expect(desk.job.status == .canceled && desk.job.isFinal && cancels(desk) == 0)
        #expect(desk.job.assets.allSatisfy { $0.status == .canceled && $0.error?.kind == .canceled })
        #expect(desk.send(.cancelRequested(2))?.name == "job_ended")
        desk.send(.tick)
        #expect(!desk.actions.contains { if case .trigger = $0 { true } else { false } })
    }

    @Test("the worker is told until it answers; its last snapshot ends the job, with what it cost")
    func running() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 1, [.generated, .generating, .queued])
        #expect(desk.send(.cancelRequested(1))?.name == "ending")
        #expect(desk.job.status == .generating && cancels(desk) == 1)
        desk.send(.cancelEnded(epoch: 1, .unreachable(reason: "down")))
        desk.now = try #require(desk.job.cancel?.wait?.due)
        desk.send(.tick)
        #expect(cancels(desk) == 2)
        desk.send(.cancelEnded(epoch: 1, .taken))
        desk.now += 3_600_000
        desk.send(.cancelRequested(2))
        #expect(desk.job.cancel?.isAnswered == true && cancels(desk) == 2)
        var end = Make.snapshot(of: desk.job, version: 2, status: .canceled, [.generated, .canceled, .canceled])
        end.assets[1].cost = AssetCost(possiblyBilled: 1, possibleMicros: 39_000)
        desk.report(end)
        #expect(desk.job.status == .canceled && desk.job.isFinal && desk.job.cost.possiblyBilled == 1)
    }

    @Test("a cancel may overtake the trigger: the worker that never had it will not begin")
    func overtaking() throws {
        var desk = JobDesk(try Make.job())
        desk.send(.tick)
        desk.send(.cancelRequested(1))
        #expect(cancels(desk) == 0, "the trigger's end is waited for")
        desk.send(.triggerEnded(epoch: 1, .unreachable(reason: "timed out")))
        #expect(cancels(desk) == 1 && !desk.job.isTriggerOwed)
        desk.send(.cancelEnded(epoch: 1, .unknown))
        #expect(desk.job.status == .canceled && desk.job.isFinal)
    }

    @Test("a worker that is never heard of again: canceled when its time is over")
    func unreachable() throws {
        var desk = try JobDesk.accepted()
        desk.send(.cancelRequested(1))
        for _ in 0..<100 where !desk.job.isFinal {
            desk.send(.cancelEnded(epoch: 1, .unreachable(reason: "down")))
            desk.send(.runAnswered(epoch: 1, .unreachable(reason: "down")))
            desk.now = try #require(desk.state.nextWake)
            desk.send(.tick)
        }
        #expect(desk.job.status == .canceled && desk.now <= desk.job.handOut.stopBy)
        #expect(desk.state.nextWake == nil && desk.job.handOut.epoch == 1)
    }

    @Test("an operator ends a job in any state that is not final", arguments: JobStatus.allCases)
    func forced(status: JobStatus) throws {
        var job = try Make.job()
        job.assets[0].status = .generated
        job.assets[0].picture = Make.picture(1)
        if status != .pending { (job.handOut.acceptance, job.handOut.tries) = (.acknowledged, 1) }
        job.status = status
        var desk = JobDesk(job)
        #expect(desk.send(.finishForced(1))?.name == "ending")
        #expect(desk.job.isFinal && desk.job.status.isTerminal)
        #expect(desk.job.assets[0].status == .generated && desk.job.assets.allSatisfy { $0.status.isSettled })
        #expect(cancels(desk) == (status == .generating ? 1 : 0), "the worker is told where it may be at work")
        #expect(desk.send(.finishForced(2))?.name == "job_ended")
    }

    @Test("what the worker made all the same is taken after a forced end")
    func lateAfterForced() throws {
        var desk = try JobDesk.accepted()
        desk.send(.finishForced(1))
        #expect(desk.job.status == .failed)
        desk.report(version: 3, .canceled, [.generated, .canceled, .canceled])
        #expect(desk.job.status == .partial && desk.job.completedImages == 1)
    }
}
