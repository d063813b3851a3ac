import Testing

@testable import JobModel

/// What the control side does of itself for a job whose worker is silent, lost, or out of time.
@Suite("Looking after a job")
struct LookingAfterTests {
    private static let policy = JobPolicy(workers: ["http://one", "http://two"], fence: 600_000)

    private func desk(_ policy: JobPolicy = policy, isAccepted: Bool = true) throws -> JobDesk {
        var job = try Make.job()
        job.handOut.worker = "http://one"
        job.handOut.stopBy = policy.fence
        var desk = JobDesk(job, policy: policy)
        desk.send(.tick)
        if isAccepted { desk.send(.triggerEnded(epoch: 1, .accepted)) }
        return desk
    }

    private func questions(_ desk: JobDesk) -> Int {
        desk.actions.count { if case .ask = $0 { true } else { false } }
    }

    /// Whether each tells of an end.
    private func alerts(_ desk: JobDesk) -> [Bool] {
        desk.actions.compactMap { if case .alert(let alert) = $0 { alert.isOver } else { nil } }
    }

    @Test("silence is first a question, and the answer is as good as a webhook")
    func question() throws {
        var desk = try desk()
        #expect(desk.state.nextWake == 30_000)
        desk.now = 29_999
        desk.send(.tick)
        #expect(questions(desk) == 0)
        desk.now = 30_000
        desk.send(.tick)
        #expect(questions(desk) == 1 && !desk.state.isAtRest)
        let snapshot = Make.snapshot(of: desk.job, version: 4, [.generated, .generating, .queued])
        desk.send(.runAnswered(epoch: 1, .snapshot(snapshot, missing: [])))
        #expect(desk.job.version == 4 && desk.job.completedImages == 1)
        #expect(desk.job.heardAt == 30_000 && desk.state.nextWake == 60_000)
        // The same again is no news, and no sign of death either.
        desk.now = 60_000
        desk.send(.tick)
        desk.send(.runAnswered(epoch: 1, .snapshot(snapshot, missing: [])))
        #expect(questions(desk) == 2 && desk.job.handOut.epoch == 1 && desk.state.nextWake == 90_000)
    }

    @Test("pictures that are not here yet are waited for")
    func missingPictures() throws {
        var desk = try desk()
        desk.now = 30_000
        desk.send(.tick)
        let end = Make.snapshot(of: desk.job, version: 4, status: .completed, [.generated, .generated, .generated])
        let missing = end.assets.compactMap(\.picture?.hash)
        desk.send(.runAnswered(epoch: 1, .snapshot(end, missing: missing)))
        #expect(desk.job.version == 0 && desk.job.status == .generating)
        desk.now = 60_000
        desk.send(.tick)
        desk.send(.runAnswered(epoch: 1, .snapshot(end, missing: [])))
        #expect(desk.job.status == .completed && desk.job.isFinal)
    }

    @Test("a worker that cannot be reached keeps the job until its time is over; then the next one gets the rest")
    func lost() throws {
        var desk = try desk()
        desk.report(version: 1, [.generated, .generating, .queued])
        desk.now = 599_000
        desk.send(.tick)
        desk.send(.runAnswered(epoch: 1, .unreachable(reason: "down")))
        #expect(desk.job.handOut.epoch == 1)
        desk.now = 640_000
        desk.send(.tick)
        let claim = desk.job.handOut.claim
        desk.send(.runAnswered(epoch: 1, .unreachable(reason: "down")))
        #expect(desk.job.handOut.epoch == 2 && desk.job.handOut.worker == "http://two")
        #expect(desk.job.status == .pending && desk.job.handOut.claim != claim)
        #expect(desk.job.assets.map(\.status) == [.generated, .queued, .queued])
        #expect(desk.job.pastClaims.map(\.claim) == [claim])
        // What the lost one says after all is kept, and it is told that it is late.
        desk.now = 650_000
        var late = Make.snapshot(of: desk.job, version: 9, [.generated, .generated, .generating])
        (late.epoch, late.claim) = (1, claim)
        late.assets[1].cost = AssetCost(micros: 39_000)
        #expect(desk.report(late)?.name == "staleEpoch(2)")
        #expect(desk.job.assets[1].status == .generated && desk.job.cost.micros == 39_000)
    }

    @Test("a worker that does not know the run has lost it")
    func unknown() throws {
        var desk = try desk()
        desk.now = 30_000
        desk.send(.tick)
        desk.send(.runAnswered(epoch: 1, .unknown))
        #expect(desk.job.handOut.epoch == 2 && desk.job.isTriggerOwed)
        #expect(desk.job.journal.last { $0.what == .handedOver } != nil)
    }

    @Test("nobody there: the next worker at once; perhaps there: not before some minutes", arguments: [false, true])
    func handOver(mayHaveArrived: Bool) throws {
        var desk = try desk(isAccepted: false)
        var tries = 0
        while desk.job.handOut.epoch == 1, tries < 50 {
            tries += 1
            desk.send(.triggerEnded(epoch: 1, .unreachable(reason: "down", wasSent: mayHaveArrived)))
            guard desk.job.handOut.epoch == 1, let wait = desk.job.handOut.wait else { continue }
            desk.now = wait.due
            desk.send(.tick)
        }
        #expect(tries == (mayHaveArrived ? 12 : 3))
        #expect(desk.job.handOut.worker == "http://two" && desk.job.status == .pending)
        // A claim that never left is no claim that anybody could have worked under.
        #expect(desk.job.pastClaims.count == (mayHaveArrived ? 1 : 0))
    }

    @Test("ten minutes without news raise one alert; a queue is no silence")
    func alert() throws {
        var desk = try desk(isAccepted: false)
        desk.now = 600_000
        desk.send(.tick)
        desk.now = 700_000
        desk.send(.tick)
        #expect(alerts(desk) == [false] && desk.job.alertedAt == 600_000)
        desk.send(.triggerEnded(epoch: 1, .accepted))
        #expect(desk.job.alertedAt == nil && alerts(desk) == [false, true])
        var queued = Make.snapshot(of: desk.job, version: 1, [.queued, .queued, .queued])
        queued.queue = QueuePlace(ahead: 7, at: desk.now)
        desk.report(queued)
        desk.now += 3_600_000
        desk.send(.tick)
        desk.send(.runAnswered(epoch: 1, .snapshot(queued, missing: [])))
        #expect(alerts(desk) == [false, true])
    }

    @Test("an alert is over when the job is ended by force")
    func alertOfEndedJob() throws {
        var desk = try desk()
        desk.now = 600_000
        desk.send(.tick)
        #expect(alerts(desk) == [false])
        desk.send(.finishForced(9))
        #expect(desk.job.status.isTerminal && alerts(desk) == [false, true])
        desk.send(.tick)
        #expect(alerts(desk).count == 2)
    }

    @Test("what the job's deadline cut off goes on, twice, and is not final before")
    func continuation() throws {
        var desk = try desk()
        for epoch in 1...3 {
            var end = Make.snapshot(of: desk.job, version: 5, status: .partial, [.generated, .failed, .failed])
            end.assets[1].cutOff = true
            desk.report(end)
            #expect(desk.job.status == .partial && desk.job.isFinal == (epoch == 3))
            guard epoch < 3 else { break }
            #expect(try desk.retry()?.name == "job_running")
            desk.now += 200
            desk.send(.tick)
            #expect(desk.job.status == .pending && desk.job.handOut.epoch == epoch + 1)
            #expect(desk.job.assets.map(\.status) == [.generated, .queued, .failed])
            desk.send(.triggerEnded(epoch: epoch + 1, .accepted))
        }
        #expect(desk.job.retryCount == 0 && desk.job.continuations == 2)
        // Somebody who asks for more gets as many again.
        #expect(try desk.retry()?.name == "retrying")
        #expect(desk.job.continuations == 0)
    }

    @Test("a process that triggers nobody, and one told to stop, end the job there", arguments: [true, false])
    func noContinuation(drives: Bool) throws {
        var desk = try desk(JobPolicy(drives: drives, continuesAfterDeadline: !drives))
        desk.send(.triggerEnded(epoch: 1, .accepted))
        var end = Make.snapshot(of: desk.job, version: 5, status: .partial, [.generated, .failed, .failed])
        end.assets[1].cutOff = true
        desk.report(end)
        #expect(desk.job.isFinal)
    }

    @Test("after its time a job is emptied, says what became of it, and makes way for the next")
    func forgetting() throws {
        var desk = try desk()
        desk.report(version: 5, .completed, [.generated, .generated, .generated])
        let kept = try #require(desk.job.keepUntil)
        desk.now = kept - 1
        desk.send(.tick)
        #expect(!desk.job.isForgotten)
        desk.now = kept
        desk.send(.tick)
        #expect(desk.job.forgotten?.completedImages == 3 && desk.job.assets.isEmpty)
        #expect(desk.job.due == kept + Self.policy.memoryKept)
        #expect(try desk.retry()?.name == "forgotten")
        #expect(desk.send(.cancelRequested(1))?.name == "forgotten")
        #expect(desk.send(.creationRequested(2, Make.proposal(try Make.job(2))))?.name == "created")
        #expect(desk.job.handOut.epoch == 2 && !desk.job.isForgotten)
    }
}
