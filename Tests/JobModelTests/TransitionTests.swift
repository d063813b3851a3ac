import Testing

@testable import JobModel

@Suite("Every state with every event")
struct TransitionTests {
    /// Every kind of event that a worker's run can meet, for the asset `id` at its attempt.
    static func runEvents(_ id: AssetID, attempt: Int, hash: ContentHash) throws -> [RunEvent] {
        let ends: [AttemptResult] = [Make.made(1)] + MediaError.Kind.allCases.map { .failed(Make.error($0)) }
        let attempts = ends.flatMap { end in
            [(1, attempt), (1, attempt + 1), (1, attempt - 1), (2, attempt)].map {
                RunEvent.attemptEnded(id, epoch: $0, start: $1, end)
            }
        }
        let requests = try [(1, "claim_1", false), (1, "other", false), (2, "claim_2", false), (1, "new", true)].map {
            epoch, claim, isUnnumbered in
            RunEvent.requested(
                1,
                Make.proposal(
                    try Make.run(epoch: epoch, claim: Claim(claim), stopBy: 9_000_000), isUnnumbered: isUnnumbered))
        }
        let told = answers(hash).flatMap { answer in
            [RunEvent.uploadEnded(hash, answer)]
                + [1, 2, 3].map { .deliveryEnded(epoch: 1, version: $0, answer) }
                + [.deliveryEnded(epoch: 9, version: 1, answer)]
        }
        return attempts + requests + told + [.resumed, Make.cancel(1), .redeliveryRequested(1), .tick]
    }

    static func answers(_ hash: ContentHash) -> [DeliveryAnswer] {
        [
            .accepted(stopBy: nil), .accepted(stopBy: 5), .alreadyKnown, .superseded, .gone,
            .artifactsMissing([hash], reason: "422"), .artifactsMissing([], reason: "422"), .refused(reason: "400"),
            .failed(reason: "503", retryAfter: nil), .failed(reason: "429", retryAfter: .max),
        ]
    }

    /// Two assets: one in `state`, one settled or not, under flags that a record may have.
    static func runs(_ state: AssetState) throws -> [RunRecord] {
        var records: [RunRecord] = []
        for (other, flags) in [AssetState.queued, .generated].flatMap({ other in (0..<8).map { (other, $0) } }) {
            var assets = try Make.assets(evidence: 2, locations: 0)
            for (index, state) in [state, other].enumerated() {
                assets[index].state = state
                assets[index].attempts = state == .queued ? 0 : 1
                assets[index].startedAt = state == .queued ? nil : 0
                assets[index].retryAt = state == .retrying ? 1_000 : nil
                assets[index].picture = state == .generated ? Make.picture(index) : nil
                assets[index].error = state.isFailure ? Make.error(.refused) : nil
            }
            var record = try Make.run(artifactURL: flags & 1 == 0 ? nil : Make.artifactURL, assets: assets)
            record.firstCallAt = 0
            record.isCancelWanted =
                flags & 2 != 0 && assets.allSatisfy { $0.state.isSettled || $0.state == .generating }
            record.isSuperseded = flags & 4 != 0 && assets.allSatisfy { $0.state.isSettled || $0.state == .generating }
            record.delivery.want(1)
            records.append(record)
        }
        return records
    }

    private static func reachable(_ from: AssetState, _ to: AssetState) -> Bool {
        // A new epoch's step is none of this epoch's: settled stays settled.
        if from == to || from.isSettled { return from == to }
        // One event may be followed by the next start at once: retrying, then generating.
        return from.canBecome(to)
            || AssetState.allCases.contains { !$0.isSettled && from.canBecome($0) && $0.canBecome(to) }
    }

    @Test("an asset takes only steps of the table", arguments: AssetState.allCases)
    func assetSteps(state: AssetState) throws {
        for record in try Self.runs(state) {
            let id = record.assets[0].id
            let attempt = record.assets[0].attempts
            let hash = record.assets[0].picture?.hash ?? Make.hash(5)
            for event in try Self.runEvents(id, attempt: attempt, hash: hash) {
                for now in [0, 1_000, 280_000, 400_000] as [Milliseconds] {
                    var run = RunState.loaded(record, now: 0)
                    _ = run.apply(event, now: now, dice: 0)
                    guard run.record.epoch == record.epoch else { continue }
                    let after = run.record.assets[0]
                    #expect(Self.reachable(state, after.state), "\(state) became \(after.state) by \(event)")
                    #expect(run.record.version >= record.version)
                    #expect(run.record.isFinished == run.record.assets.allSatisfy(\.state.isSettled))
                }
            }
        }
    }

    @Test(
        "an ended run stays as it ended, whatever comes",
        arguments: [JobStatus.completed, .partial, .failed, .canceled])
    func endedRuns(status: JobStatus) throws {
        let state: AssetState = status == .completed ? .generated : .failed
        for base in try Self.runs(state) {
            var record = base
            record.status = status
            record.finishedAt = 1
            record.assets[1].state = .failed
            for event in try Self.runEvents(record.assets[0].id, attempt: 1, hash: Make.hash(5)) {
                var run = RunState.loaded(record, now: 0)
                _ = run.apply(event, now: 5_000, dice: 0)
                guard run.record.epoch == record.epoch else { continue }
                #expect(run.record.status == status, "\(event)")
                #expect(run.record.assets.map(\.state) == record.assets.map(\.state), "\(event)")
                #expect(run.record.version == record.version, "\(event)")
            }
        }
    }

    /// Every kind of event that a job can meet.
    static func jobEvents(_ job: JobRecord) throws -> [JobEvent] {
        var events: [JobEvent] = [.tick] + (try epochEvents(job))
        for (number, request) in [(1, 7), (2, 7), (2, 8)] {
            var proposal = Make.proposal(try Make.job(number, request: request))
            events.append(.creationRequested(1, proposal))
            (proposal.archived, proposal.archivedCopy) = (job.jobID, job)
            events.append(.creationRequested(1, proposal))
        }
        let triggers: [TriggerAnswer] = [
            .accepted, .acceptedByForeign, .busy(reason: "503", retryAfter: .max), .refused(reason: "400"),
            .unreachable(reason: "down"), .unacceptable(reason: "400 options.providers"),
        ]
        events += triggers.flatMap { answer in [1, 2, 3].map { .triggerEnded(epoch: $0, answer) } }
        for status in JobStatus.allCases {
            for state in AssetState.allCases {
                var snapshot = Make.snapshot(of: job, version: 4, status: status, [state, .generated, .failed])
                events.append(.snapshotArrived(1, snapshot, missing: []))
                events.append(.snapshotArrived(1, snapshot, missing: [Make.hash(1)]))
                (snapshot.epoch, snapshot.claim) = (1, try Claim("claim_1_1"))
                events.append(.snapshotArrived(1, snapshot, missing: []))
            }
            let pictures = [job.assets[0].id: ForeignPicture.link("https://p.example/1")]
            events.append(
                .foreignUpdateArrived(
                    1, ForeignUpdate(status: status, completedImages: 1, pictures: pictures, failedIDs: [])))
        }
        return events
    }

    private static func epochEvents(_ job: JobRecord) throws -> [JobEvent] {
        let edit = AssetEdit(
            asset: job.assets[0].id, base: job.specification,
            specification: Artifact(owner: .local, hash: Make.hash(8), bytes: [1]), before: Make.hash(1),
            after: Make.hash(2))
        let changes: [EpochRequest.Change] = [.none, .fallback(provider: "local"), .words(edit)]
        let choices: [[AssetID]?] = [nil, [job.assets[0].id], [job.assets[1].id], [try Make.asset("nobody")], []]
        return try changes.flatMap { change in
            try choices.map {
                .epochRequested(1, EpochRequest(claim: try Claim("again"), assets: $0, change: change))
            }
        }
    }

    static func job(_ status: JobStatus, _ acceptance: HandOut.Acceptance) throws -> JobRecord {
        var job = try Make.job()
        job.handOut = HandOut(
            epoch: 2, worker: Make.worker, claim: try Claim("claim_1_2"), stopBy: 1_000_000,
            webhookURL: Make.webhookURL, artifactURL: nil)
        job.handOut.acceptance = status == .pending ? .none : acceptance
        job.pastClaims = [
            PastClaim(
                epoch: 1, claim: try Claim("claim_1_1"), webhookURL: Make.webhookURL, specification: job.specification)
        ]
        job.status = status
        job.isFinal = status.isTerminal
        job.version = status == .pending ? 0 : 3
        let states: [AssetState] =
            switch status {
            case .pending, .generating: [.queued, .queued, .queued]
            case .completed: [.generated, .generated, .generated]
            case .partial: [.failed, .generated, .failed]
            case .failed: [.failed, .failed, .needsPromptUpdate]
            case .canceled: [.canceled, .generated, .canceled]
            }
        for (index, state) in states.enumerated() {
            job.assets[index].status = state
            if state == .generated { job.assets[index].picture = Make.picture(index) }
        }
        return job
    }

    @Test("a job takes only steps of the table", arguments: JobStatus.allCases)
    func jobSteps(status: JobStatus) throws {
        for acceptance in [HandOut.Acceptance.none, .acknowledged, .foreign, .refused] {
            let job = try Self.job(status, acceptance)
            for event in try Self.jobEvents(job) {
                var state = JobState.loaded(job, now: 0)
                _ = state.apply(event, now: 5_000, dice: 0)
                let after = state.record
                guard after.jobID == job.jobID else { continue }
                let isStep = status == after.status || status.canBecome(after.status)
                #expect(isStep, "\(status) became \(after.status) by \(event)")
                #expect(after.isFinal == after.status.isTerminal, "\(event)")
                for (old, new) in zip(job.assets, after.assets) where old.status == .generated {
                    #expect(new == old, "\(event)")
                }
                let held = after.assets.count { $0.picture != nil || $0.link != nil }
                #expect(after.completedImages == held, "\(event)")
            }
        }
    }
}
