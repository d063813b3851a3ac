import Testing

@testable import JobModel

@Suite("Letting go of a job before its time, and what its views count")
struct DeletionTests {
    @Test("a job that runs is not let go of; one that has ended is, and asking again is no mistake")
    func deletion() throws {
        var desk = try JobDesk.accepted()
        #expect(desk.send(.deletionRequested(1))?.name == "job_running")
        desk.end(.completed, [.generated, .generated, .generated])
        #expect(desk.send(.deletionRequested(2))?.name == "forgotten")
        #expect(desk.job.isForgotten && desk.job.assets.isEmpty && desk.job.status == .completed)
        #expect(desk.job.forgotten?.completedImages == 3)
        #expect(desk.send(.deletionRequested(3))?.name == "forgotten")
    }

    @Test("while its worker is still to be told to stop, a job stays")
    func cancelOwed() throws {
        var desk = try JobDesk.accepted()
        _ = desk.send(.finishForced(1))
        #expect(desk.job.isFinal && desk.job.isCancelOwed)
        #expect(desk.send(.deletionRequested(2))?.name == "job_running")
        desk.send(.cancelEnded(epoch: 1, .taken))
        #expect(desk.send(.deletionRequested(3))?.name == "forgotten")
    }

    @Test("a job for a single image is kept for its own time")
    func imageKept() throws {
        let policy = JobPolicy(imageKept: 5_000)
        for (family, kept) in [(JobFamily.image, 5_000), (.case, JobPolicy.standardKept)] {
            let model = try Make.job()
            let job = JobRecord(
                jobID: model.jobID, owner: .local, caseID: model.caseID, createdAt: 0,
                specification: model.specification, requestHash: model.requestHash, handOut: model.handOut,
                assets: model.assets, family: family)
            var desk = JobDesk(job, policy: policy)
            desk.end(.completed, [.generated, .generated, .generated])
            #expect(desk.job.keepUntil == kept, "\(family)")
        }
    }

    @Test("calls are counted over all epochs, of the present one apart")
    func attempts() throws {
        var desk = try JobDesk.accepted(["evidence-1", "evidence-2"])
        desk.end(.partial, [.generated, .failed])
        #expect(desk.job.assets.map(\.totalAttempts) == [1, 1])
        try desk.retry()
        #expect(desk.job.assets.map(\.attempts) == [1, 0] && desk.job.assets.map(\.totalAttempts) == [1, 1])
        desk.end(.partial, [.generated, .failed])
        #expect(desk.job.assets.map(\.attempts) == [1, 1] && desk.job.assets.map(\.totalAttempts) == [1, 2])
    }

    @Test("who is asked and the id of the call stay known when the call is over")
    func providerAndCall() throws {
        var desk = try JobDesk.accepted(["evidence-1"])
        var snapshot = Make.snapshot(of: desk.job, version: 1, [.generating])
        snapshot.assets[0].provider = "replicate"
        snapshot.assets[0].openCall = try RemoteCall(provider: "replicate", id: "p1")
        desk.report(snapshot)
        #expect(desk.job.assets[0].provider == "replicate")
        desk.report(version: 2, .failed, [.failed])
        #expect(desk.job.assets[0].openCall == nil && desk.job.assets[0].lastCall?.id == "p1")
        #expect(desk.job.assets[0].provider == "replicate")
    }

    @Test("a picture says which call it is of")
    func sourceCall() throws {
        var run = try Make.run(assets: Make.assets(evidence: 1, locations: 0))
        run.assets[0].source = AssetSource(provider: "replicate", model: "m", costMicros: 1, callID: "p1")
        run.assets[0].state = .generated
        run.assets[0].picture = Make.picture(1)
        run.assets[0].upload = .done
        #expect(run.snapshot().assets[0].source?.callID == "p1")
    }
}
