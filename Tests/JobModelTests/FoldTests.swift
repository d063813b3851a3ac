import Testing

@testable import JobModel

@Suite("Folding what workers report")
struct FoldTests {
    @Test("counters and status follow from the contents")
    func contents() throws {
        var desk = try JobDesk.accepted()
        #expect(desk.job.status == .generating)
        #expect(desk.report(version: 2, [.generated, .generating, .retrying])?.name == "folded")
        #expect(desk.job.completedImages == 1)
        #expect(desk.job.failedIDs.isEmpty)
        desk.report(version: 5, .completed, [.generated, .failed, .needsPromptUpdate])
        // Whatever the message called it: one of three is partial.
        #expect(desk.job.status == .partial)
        #expect(desk.job.failedIDs.map(\.text) == ["evidence-2", "location-1"])
        #expect(desk.job.isFinal)
        #expect(desk.job.completedAt != nil)
        #expect(desk.job.firstError?.kind == .timeout)
    }

    @Test("a job of which every asset is parked has failed")
    func allParked() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 2, .failed, [.needsPromptUpdate, .needsPromptUpdate, .held])
        #expect(desk.job.status == .failed)
        #expect(desk.job.failedIDs.count == 3)
    }

    @Test func refusals() throws {
        var desk = try JobDesk.accepted()
        let good = Make.snapshot(of: desk.job, version: 3, [.generated, .queued, .queued])
        var other = good
        other.jobID = try JobID("job_9")
        #expect(desk.report(other)?.name == "unknownJob")
        other = good
        other.claim = try Claim("stranger")
        #expect(desk.report(other)?.name == "unknown_claim")
        other = good
        other.epoch = 2
        #expect(desk.report(other)?.name == "unknown_claim")
        other = good
        other.webhookURL = "http://elsewhere.example/"
        #expect(desk.report(other)?.name == "wrong_address")
        #expect(desk.report(good, missing: [Make.hash(4)])?.name == "artifactMissing(1)")
        #expect(desk.job.version == 0 && desk.job.completedImages == 0)
        #expect(JobState.missing(.snapshotArrived(7, good, missing: [])) == [.reply(7, .unknownJob)])
    }

    @Test func twiceAndLate() throws {
        var desk = try JobDesk.accepted()
        let first = Make.snapshot(of: desk.job, version: 2, [.generated, .generating, .queued])
        let second = Make.snapshot(of: desk.job, version: 4, [.generated, .generated, .generating])
        desk.report(second)
        let before = desk.job
        #expect(desk.report(second)?.name == "duplicate")
        #expect(desk.report(first)?.name == "staleVersion(4)")
        // What is taken in already need not have its pictures sent again.
        #expect(desk.report(first, missing: [Make.hash(1)])?.name == "staleVersion(4)")
        #expect(desk.job == before)
    }

    @Test("an older epoch's picture fills an empty slot made from the same words")
    func olderEpoch() throws {
        var desk = try JobDesk.accepted()
        let late = Make.snapshot(of: desk.job, version: 9, [.generated, .generated, .failed])
        desk.report(version: 3, .partial, [.generated, .failed, .failed])
        let kept = desk.job.assets[0]
        try desk.retry()
        #expect(desk.report(late)?.name == "staleEpoch(2)")
        #expect(desk.job.assets[0] == kept)
        #expect(desk.job.assets[1].status == .generated)
        // Nothing but pictures is taken from the past.
        #expect(desk.job.assets[2].status == .queued)
        #expect(desk.job.version == 0 && desk.job.status == .pending)
        #expect(desk.actions.contains(.log(.lateResultKept(desk.job.assets[1].id, epoch: 1))))
        let again = desk.job
        desk.report(late)
        #expect(desk.job.assets == again.assets)
    }

    @Test("a late picture raises a terminal status by the table", arguments: [JobStatus.failed, .partial, .canceled])
    func latePictureAfterTheEnd(status: JobStatus) throws {
        var desk = try JobDesk.accepted(["evidence-1", "evidence-2"])
        let late = Make.snapshot(of: desk.job, version: 9, [.generated, .generated])
        desk.report(version: 3, .failed, [.failed, .failed])
        try desk.retry()
        let states: [AssetState] =
            switch status {
            case .partial: [.generated, .failed]
            case .canceled: [.generated, .canceled]
            default: [.failed, .failed]
            }
        desk.report(version: 2, status, states)
        #expect(desk.job.status == status)
        desk.report(late)
        #expect(desk.job.status == .completed)
        #expect(desk.job.failedIDs.isEmpty && desk.job.isFinal)
        #expect(
            desk.actions.contains {
                if case .writeLegacyStatus(let job) = $0 { job.status == .completed } else { false }
            })
    }

    @Test("within an epoch a terminal status is not left, whatever a worker says")
    func terminalStays() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 3, .partial, [.generated, .failed, .failed])
        #expect(desk.report(version: 4, .generating, [.generating, .generating, .generating])?.name == "folded")
        #expect(desk.job.status == .partial && desk.job.isFinal)
        #expect(desk.job.assets.map(\.status) == [.generated, .failed, .failed])
        desk.report(version: 5, .generating, [.generating, .generated, .generating])
        #expect(desk.job.assets.map(\.status) == [.generated, .generated, .failed])
        #expect(desk.job.status == .partial)
    }

    @Test("a picture that is claimed and not named makes nothing")
    func generatedWithoutPicture() throws {
        var desk = try JobDesk.accepted()
        var snapshot = Make.snapshot(
            of: desk.job, version: 3, status: .completed, [.generated, .generated, .generated])
        snapshot.assets[1].picture = nil
        desk.report(snapshot)
        #expect(desk.job.completedImages == 2)
        #expect(desk.job.status == .partial)
    }

    @Test("an asset that a snapshot does not name stays as it was")
    func absenceSaysNothing() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 2, [.generated, .failed, .generating])
        var snapshot = Make.snapshot(of: desk.job, version: 3, [.generated, .failed, .generated])
        snapshot.assets.removeFirst(2)
        snapshot.assets.append(
            Make.snapshotAsset(try Make.asset("unheard-of"), .evidence, .generated, picture: Make.picture(1)))
        desk.report(snapshot)
        #expect(desk.job.assets.map(\.status) == [.generated, .failed, .generated])
    }

    @Test(
        "any order, loss and doubling of a run's snapshots folds to the same end",
        arguments: 1...200 as ClosedRange<UInt64>)
    func anyOrder(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let names = ["a", "b", "c", "d", "e"]
        let fresh = try JobDesk.accepted(names)
        let history = history(of: fresh.job, &generator)
        var inOrder = fresh
        for snapshot in history { inOrder.report(snapshot) }
        #expect(inOrder.job.isFinal)
        for _ in 0..<20 {
            var shuffled = fresh
            // The final one arrives at last, for it is told until it is heard; any other may be lost.
            var mail = history.dropLast().filter { _ in generator.chance(70) } + [history[history.count - 1]]
            mail += mail.filter { _ in generator.chance(40) }
            for snapshot in mail.shuffled(using: &generator) { shuffled.report(snapshot) }
            #expect(shuffled.job.assets == inOrder.job.assets)
            #expect(shuffled.job.status == inOrder.job.status)
            #expect(shuffled.job.version == inOrder.job.version)
            #expect(shuffled.job.isFinal)
        }
    }

    private func history(of job: JobRecord, _ generator: inout SeededGenerator) -> [Snapshot] {
        var states = job.assets.map { _ in AssetState.queued }
        var history = [Make.snapshot(of: job, version: 1, states)]
        while let index = states.indices.filter({ !states[$0].isSettled }).randomElement(using: &generator) {
            states[index] =
                states[index] == .generating ? generator.pick([.generated, .retrying, .failed]) : .generating
            history.append(Make.snapshot(of: job, version: history.count + 1, states))
        }
        let status = JobStatus.outcome(of: states, wasCanceled: false)
        history.append(Make.snapshot(of: job, version: history.count + 1, status: status, states))
        return history
    }

    @Test("news moves the worker's fence")
    func fence() throws {
        var desk = try JobDesk.accepted()
        desk.now = 600_000
        desk.report(version: 2, [.generating, .queued, .queued])
        #expect(desk.job.handOut.stopBy == 600_000 + HandOut.fence)
    }
}
