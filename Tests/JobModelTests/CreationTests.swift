import Testing

@testable import JobModel

@Suite("Creating, triggering, retrying")
struct CreationTests {
    @Test("a new job is recorded, triggered and answered in one commit")
    func create() throws {
        var bench = Bench<JobState>()
        bench.send(.creationRequested(1, Make.proposal(try Make.job())), now: 5)
        bench.endWrite(.committed, now: 6)
        let actions = bench.takeActions()
        #expect(bench.commits == 1)
        #expect(actions.count { if case .trigger = $0 { true } else { false } } == 1)
        #expect(actions.count { if case .writeLegacyStatus = $0 { true } else { false } } == 1)
        guard case .reply(1, .created(let job))? = actions.first(where: { if case .reply = $0 { true } else { false } })
        else { return #expect(Bool(false), "\(actions)") }
        #expect((job.status, job.completedImages, job.failedIDs.count) == (.pending, 0, 0))
        #expect(bench.stored?.record.handOut.tries == 1)
        #expect(bench.artifacts.count == 1)
    }

    @Test("a repeated create joins a running job; another body is a conflict")
    func join() throws {
        var desk = try JobDesk.accepted()
        #expect(desk.send(.creationRequested(1, Make.proposal(try Make.job(2))))?.name == "joined")
        #expect(desk.send(.creationRequested(1, Make.proposal(try Make.job(2, request: 8))))?.name == "case_running")
        #expect(desk.job.jobID.text == "job_1")
    }

    @Test("an ended job is archived as it stands before another takes its place; epochs count upward")
    func afterTheEnd() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 3, .partial, [.generated, .failed, .failed])
        #expect(desk.send(.creationRequested(1, Make.proposal(try Make.job(2)))) == nil)
        guard case .archive(let old, 1, var next)? = desk.actions.last else {
            return #expect(Bool(false), "\(desk.actions)")
        }
        #expect(old.jobID.text == "job_1" && old.status == .partial)
        // A retry comes in between: what was archived is not how it ended.
        var retried = desk
        try retried.retry()
        retried.send(.triggerEnded(epoch: 2, .accepted))
        retried.report(version: 2, .completed, [.generated, .generated, .generated])
        next.archived = old.jobID
        #expect(retried.send(.creationRequested(1, next)) == nil)
        guard case .archive(let newer, 1, _)? = retried.actions.last else {
            return #expect(Bool(false), "\(retried.actions)")
        }
        #expect(newer.status == .completed)
        #expect(desk.send(.creationRequested(1, next))?.name == "created")
        #expect(desk.job.jobID.text == "job_2")
        #expect(desk.job.handOut.epoch == 2)
        #expect(desk.job.status == .pending && desk.job.completedImages == 0)
        // The old job's worker speaks of a job that is no longer here.
        var late = Make.snapshot(of: desk.job, version: 9, [.generated, .generated, .generated])
        late.jobID = old.jobID
        #expect(desk.report(late)?.name == "unknownJob")
    }

    @Test("triggers are repeated ever more slowly until a worker has the job")
    func triggers() throws {
        var desk = JobDesk(try Make.job())
        desk.send(.tick)
        var waits: [Milliseconds] = []
        for _ in 0..<9 {
            desk.send(.triggerEnded(epoch: 1, .unreachable(reason: "connection refused")))
            #expect(desk.job.lastError == "connection refused")
            let wake = try #require(desk.state.nextWake)
            waits.append(wake - desk.now)
            desk.now = wake
            desk.send(.tick)
        }
        #expect(waits == [500, 1_500, 3_000, 5_000, 10_000, 30_000, 60_000, 60_000, 60_000])
        // Three of them within the 5 seconds that somebody waits at the command line.
        #expect(waits.prefix(2).reduce(0, +) < 5_000)
        #expect(desk.job.handOut.epoch == 1)
        let claims = Set(desk.actions.compactMap { if case .trigger(let job) = $0 { job.handOut.claim } else { nil } })
        #expect(claims.count == 1)
        desk.send(.triggerEnded(epoch: 1, .accepted))
        #expect(desk.job.status == .generating && desk.job.lastError == nil && desk.job.handOut.wait == nil)
    }

    @Test("a busy worker's Retry-After is obeyed up to the length of the fence")
    func busy() throws {
        for (hint, expected) in [(90_000, 90_000), (1, 500), (.max, HandOut.fence)] as [(Milliseconds, Milliseconds)] {
            var desk = JobDesk(try Make.job())
            desk.send(.tick)
            desk.send(.triggerEnded(epoch: 1, .busy(reason: "503", retryAfter: hint)))
            #expect(desk.job.handOut.wait?.due == expected)
        }
    }

    @Test("a trigger that leaves after its fence gets a new one")
    func fenceIsRenewed() throws {
        var desk = JobDesk(try Make.job())
        desk.now = HandOut.fence + 1
        desk.send(.tick)
        #expect(desk.job.handOut.stopBy == 2 * HandOut.fence + 1)
    }

    @Test("a snapshot before the answer to the trigger takes the job, and the late answer changes nothing")
    func snapshotOvertakesTheAnswer() throws {
        var desk = JobDesk(try Make.job())
        desk.send(.tick)
        desk.report(version: 2, [.generating, .queued, .queued])
        #expect(desk.job.status == .generating && !desk.job.isTriggerOwed)
        desk.send(.triggerEnded(epoch: 1, .unreachable(reason: "timed out")))
        #expect(desk.job.lastError == nil && desk.job.handOut.wait == nil)
    }

    @Test("a retry keeps what is made and opens an epoch for the rest")
    func retry() throws {
        var desk = try JobDesk.accepted()
        #expect(try desk.retry()?.name == "job_running")
        desk.report(version: 7, .partial, [.generated, .failed, .needsPromptUpdate])
        let kept = desk.job.assets[0]
        #expect(try desk.retry()?.name == "retrying")
        let job = desk.job
        #expect((job.status, job.isFinal, job.version, job.retryCount) == (.pending, false, 0, 1))
        #expect(job.handOut.epoch == 2 && job.handOut.claim.text == "claim_1_2" && job.handOut.acceptance == .none)
        #expect(job.pastClaims.map(\.claim.text) == ["claim_1_1"])
        #expect(job.assets[0] == kept)
        #expect(job.assets.dropFirst().allSatisfy { $0.status == .queued && $0.error == nil })
        #expect(desk.actions.contains(.log(.retried(epoch: 2, assets: job.assets.dropFirst().map(\.id)))))
        #expect(job.completedAt == nil)
        // The write was in doubt and the command comes once more: it is the same retry.
        #expect(desk.send(.epochRequested(2, EpochRequest(claim: job.handOut.claim)))?.name == "retrying")
        #expect(desk.job.handOut.epoch == 2)
        desk.report(version: 3, .completed, [.generated, .generated, .generated])
        #expect(try desk.retry()?.name == "nothing_to_retry")
    }

    @Test func claimsKeptAreBounded() throws {
        var desk = try JobDesk.accepted()
        for epoch in 1...40 {
            desk.send(.triggerEnded(epoch: epoch, .accepted))
            desk.report(version: 2, .failed, [.failed, .failed, .failed])
            try desk.retry()
        }
        #expect(desk.job.pastClaims.count == JobRecord.claimsKept)
        #expect(desk.job.pastClaims.last?.epoch == 40)
        #expect(desk.job.handOut.epoch == 41)
    }

    @Test("a trigger of an older epoch that ends late does not touch the present one")
    func lateTrigger() throws {
        var desk = JobDesk(try Make.job())
        desk.send(.tick)
        desk.report(version: 2, .failed, [.failed, .failed, .failed])
        try desk.retry()
        // The old trigger is still on its way: the new one follows it.
        #expect(desk.actions.count { if case .trigger = $0 { true } else { false } } == 1)
        desk.send(.triggerEnded(epoch: 1, .accepted))
        #expect(desk.job.status == .pending && desk.job.handOut.acceptance == .none)
        #expect(desk.actions.count { if case .trigger = $0 { true } else { false } } == 2)
    }

    @Test(
        "the legacy word",
        arguments: [
            (JobStatus.pending, "pending"), (.generating, "generating"), (.completed, "ready"), (.partial, "partial"),
            (.failed, "failed"), (.canceled, "failed"),
        ])
    func legacy(status: JobStatus, word: String) throws {
        var job = try Make.job()
        job.status = status
        #expect(job.legacyStatus == word)
    }

    @Test("a job's header says when it next wants attention, rather too early than too late")
    func due() throws {
        var job = try Make.job(now: 77)
        #expect(job.due == 77)
        job.handOut.wait = Wait(now: 100, length: 50)
        #expect(job.due == 150)
        job.status = .generating
        job.handOut.acceptance = .acknowledged
        #expect(job.due == 77 + JobPolicy.shortestSilence)
        job.status = .partial
        (job.updatedAt, job.keepUntil) = (900, 5_000)
        #expect(job.due == 900, "another epoch is planned")
        job.isFinal = true
        #expect(job.due == 5_000)
    }
}
