import Testing

@testable import JobModel

@Suite("Epochs after the first")
struct EpochTests {
    private static let names = ["evidence-1", "evidence-2", "location-1"]

    /// An ended job: one made, one failed, one parked.
    private func ended() throws -> JobDesk {
        var desk = try JobDesk.accepted()
        desk.report(version: 7, .partial, [.generated, .failed, .needsPromptUpdate])
        return desk
    }

    @Test("a selective epoch asks for the chosen and keeps all others as they are")
    func selective() throws {
        var desk = try ended()
        let before = desk.job.assets
        #expect(try desk.retry(["location-1"])?.name == "retrying")
        #expect(Array(desk.job.assets.prefix(2)) == Array(before.prefix(2)))
        #expect(desk.job.assets[2].status == .queued && desk.job.assets[2].error == nil)
        #expect(desk.actions.contains(.log(.retried(epoch: 2, assets: [desk.job.assets[2].id]))))
        desk.end(.completed, [.generated, .failed, .generated])
        #expect(desk.job.status == .partial)
        #expect(desk.job.failedIDs.map(\.text) == ["evidence-2"])
    }

    @Test("what cannot be chosen is said, and changes nothing")
    func refusals() throws {
        var desk = try ended()
        let before = desk.job
        #expect(try desk.retry(["evidence-1"])?.name == "asset_generated")
        #expect(try desk.retry(["evidence-2", "nobody"])?.name == "unknownAsset(nobody)")
        #expect(try desk.retry([])?.name == "nothing_to_retry")
        #expect(try desk.retry(["evidence-1"], .fallback(provider: "local"))?.name == "asset_generated")
        #expect(try desk.edit("evidence-1", from: 0, to: 1)?.name == "asset_generated")
        #expect(try desk.edit("nobody", from: 0, to: 1)?.name == "unknownAsset(nobody)")
        #expect(desk.job == before)
        try desk.retry()
        for change in [EpochRequest.Change.none, .fallback(provider: "local")] {
            desk.send(.tick)
            let running = desk.job
            let request = EpochRequest(claim: try Claim("other"), change: change)
            #expect(desk.send(.epochRequested(1, request))?.name == "job_running")
            #expect(desk.job == running)
        }
        #expect(try desk.edit("location-1", from: 0, to: 1)?.name == "job_running")
    }

    @Test("a fallback is one epoch's: the next asks the job's own providers again")
    func fallback() throws {
        var job = try Make.job()
        job.handOut.options = RunOptions(maxAttempts: 2, providers: ["gemini", "openai"])
        var desk = JobDesk(job)
        #expect(desk.job.handOut.runOptions?.isFallback == nil)
        desk.end(.partial, [.generated, .failed, .held])
        #expect(try desk.retry(nil, .fallback(provider: "local"))?.name == "retrying")
        #expect(
            desk.job.handOut.runOptions == RunOptions(maxAttempts: 2, providers: ["local"], isFallback: true))
        #expect(desk.job.assets.map(\.status) == [.generated, .queued, .queued])
        let ids = desk.job.assets.dropFirst().map(\.id)
        #expect(desk.actions.contains(.log(.fallbackAsked(epoch: 2, provider: "local", assets: ids))))
        desk.end(.partial, [.generated, .failed, .generated])
        try desk.retry()
        #expect(desk.job.handOut.runOptions == job.handOut.options)
    }

    @Test("a fallback by command says why it was asked for")
    func fallbackCause() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 7, .failed, [.failed, .held, .needsPromptUpdate])
        try desk.retry(["evidence-1", "evidence-2"], .fallback(provider: "local"))
        var made = Make.snapshot(of: desk.job, version: 2, status: .partial, [.generated, .generated, .failed])
        made.assets[0].source?.isFallback = true
        made.assets[1].source?.isFallback = true
        made.assets[1].source?.fallbackCause = FallbackCause(provider: "other", code: "refused")
        desk.report(made)
        #expect(desk.job.assets[0].source?.fallbackCause == FallbackCause(provider: "test", code: "timeout"))
        #expect(desk.job.assets[1].source?.fallbackCause == FallbackCause(provider: "other", code: "refused"))
        try desk.retry(["location-1"])
        desk.end(.completed, [.generated, .generated, .generated])
        #expect(desk.job.assets[2].source?.fallbackCause == nil)
    }

    @Test("an edit attaches its specification to the commit and asks for that asset alone")
    func edit() throws {
        var state = try ended().state
        let specification = Artifact(owner: .local, hash: Make.hash(8), bytes: [1])
        let asset = state.record.assets[2].id
        let edit = AssetEdit(
            asset: asset, base: state.record.specification, specification: specification, before: Make.hash(1),
            after: Make.hash(2))
        let request = EpochRequest(claim: try Claim("edit"), assets: [asset], change: .words(edit))
        let effects = state.apply(.epochRequested(1, request), now: 5, dice: 0)
        #expect(effects.mustSave && effects.attachments == [specification])
        #expect(effects.actions.contains(.log(.edited(epoch: 2, asset, words: Make.hash(2)))))
        #expect(state.record.specification == specification.hash)
        #expect(state.record.pastClaims.last?.specification == edit.base)
        #expect(state.record.assets.map(\.status) == [.generated, .failed, .queued])
        // The write was in doubt and the command comes once more: it is the same edit.
        let again = state.apply(.epochRequested(2, request), now: 6, dice: 0)
        #expect(again.actions.contains(.reply(2, .retrying(state.record))))
        #expect(state.record.handOut.epoch == 2)
    }

    @Test("of two edits made from one specification the second is told to look again")
    func editsAtOnce() throws {
        var desk = try ended()
        let base = desk.job.specification
        #expect(try desk.edit("location-1", from: 0, to: 1)?.name == "retrying")
        desk.end(.partial, [.generated, .failed, .failed])
        let before = desk.job
        #expect(try desk.edit("evidence-2", from: 0, to: 1, base: base)?.name == "otherSpecification")
        #expect(desk.job == before)
        #expect(try desk.edit("evidence-2", from: 0, to: 1)?.name == "retrying")
    }

    @Test("what a worker left unsettled at the end of a job is done with where it is not chosen")
    func unsettledAtTheEnd() throws {
        var desk = try JobDesk.accepted()
        desk.report(version: 7, .failed, [.generating, .failed, .retrying])
        #expect(desk.job.isFinal)
        try desk.retry(["evidence-2"])
        #expect(desk.job.assets.map(\.status) == [.failed, .queued, .failed])
    }

    @Test("a worker that will never take the epoch ends it, and the next can be asked for")
    func unacceptable() throws {
        var desk = try ended()
        try desk.retry(["evidence-2"], .fallback(provider: "nonsense"))
        desk.send(.triggerEnded(epoch: 2, .unacceptable(reason: "400: options.providers names nonsense")))
        let job = desk.job
        #expect((job.status, job.isFinal, job.handOut.acceptance) == (.partial, true, .refused))
        #expect(job.lastError == "400: options.providers names nonsense")
        #expect(job.assets[1].status == .failed && job.assets[1].error?.kind == .invalidRequest)
        #expect(job.assets[2].status == .needsPromptUpdate)
        #expect(desk.state.nextWake == nil && job.due == job.keepUntil)
        #expect(try desk.retry(["evidence-2"])?.name == "retrying")
        #expect(desk.job.lastError == nil && desk.job.isTriggerOwed)
    }

    @Test("a refusal that comes after the worker's own report says nothing")
    func refusalAfterAReport() throws {
        var desk = try ended()
        try desk.retry()
        desk.report(version: 1, [.generated, .generating, .queued])
        desk.send(.triggerEnded(epoch: 2, .unacceptable(reason: "400")))
        #expect(desk.job.status == .generating && desk.job.lastError == nil)
    }
}

@Suite("Late pictures and edited words")
struct WordingTests {
    /// Epoch 1 ended without pictures; what it would have made comes late.
    private func late() throws -> (JobDesk, Snapshot) {
        var desk = try JobDesk.accepted(["evidence-1", "evidence-2"])
        let late = Make.snapshot(of: desk.job, version: 19, [.generated, .generated])
        desk.report(version: 9, .failed, [.needsPromptUpdate, .failed])
        return (desk, late)
    }

    @Test("a late picture of older words stays out; one whose words did not change comes in")
    func perAsset() throws {
        var (desk, late) = try late()
        try desk.edit("evidence-1", from: 0, to: 1)
        #expect(desk.report(late)?.name == "staleEpoch(2)")
        #expect(desk.job.assets.map(\.status) == [.queued, .generated])
    }

    @Test("a late picture made under the edit fills the slot in a later epoch")
    func underTheEdit() throws {
        var (desk, _) = try late()
        try desk.edit("evidence-1", from: 0, to: 1)
        let second = Make.snapshot(of: desk.job, version: 19, [.generated, .failed])
        desk.end(.failed, [.failed, .failed])
        try desk.retry()
        desk.report(second)
        #expect(desk.job.assets.map(\.status) == [.generated, .queued])
        #expect(desk.job.assets[0].picture == Make.picture(200))
    }

    @Test("old words that come back make their old pictures welcome again")
    func backAgain() throws {
        var (desk, late) = try late()
        try desk.edit("evidence-1", from: 0, to: 1)
        desk.end(.failed, [.needsPromptUpdate, .failed])
        try desk.edit("evidence-1", from: 1, to: 0)
        desk.report(late)
        #expect(desk.job.assets[0].status == .generated)
    }

    @Test("an edit to the same words keeps no history")
    func sameWords() throws {
        var (desk, late) = try late()
        try desk.edit("evidence-1", from: 3, to: 3)
        #expect(desk.job.assets[0].wordings == nil)
        desk.report(late)
        #expect(desk.job.assets.map(\.status) == [.generated, .generated])
    }

    @Test("words are remembered no longer than the claims that could bring their pictures")
    func bounded() throws {
        var (desk, late) = try late()
        for number in 1...40 {
            try desk.edit("evidence-1", from: number - 1, to: number)
            desk.end(.failed, [.needsPromptUpdate, .failed])
        }
        #expect(desk.job.assets[0].wordings?.count == JobRecord.claimsKept + 1)
        #expect(desk.report(late)?.name == "unknown_claim")
        for _ in 0...JobRecord.claimsKept {
            try desk.retry()
            desk.end(.failed, [.needsPromptUpdate, .failed])
        }
        #expect(desk.job.assets[0].wordings == nil)
    }

    @Test("an open call made with the old words is not asked about with the new ones")
    func openCall() throws {
        var (desk, _) = try late()
        try desk.retry()
        var snapshot = Make.snapshot(of: desk.job, version: 3, status: .failed, [.held, .held])
        for index in 0...1 {
            snapshot.assets[index].openCall = try RemoteCall(provider: "replicate", id: "p\(index)")
        }
        desk.report(snapshot)
        #expect(desk.job.assets.compactMap(\.openCall?.id) == ["p0", "p1"])
        try desk.edit("evidence-1", from: 0, to: 1)
        #expect(desk.job.assets.map(\.openCall?.id) == [nil, "p1"])
    }
}

@Suite("Refusals of a process that is behind")
struct StaleProcessTests {
    @Test("are decided once more on what stands in the store")
    func looksAgain() throws {
        var bench = Bench<JobState>()
        bench.send(.creationRequested(1, Make.proposal(try Make.job())), now: 0)
        bench.endWrite(.committed, now: 1)
        // Its trigger is on its way, so it holds the job in memory; the receiver's process takes in the end.
        var other = JobState.loaded(try #require(bench.stored?.record), now: 2)
        let end = Make.snapshot(of: other.record, version: 9, status: .failed, [.failed, .failed, .failed])
        _ = other.apply(.snapshotArrived(1, end, missing: []), now: 2, dice: 0)
        bench.replaceStored(other.record)
        _ = bench.takeActions()
        bench.send(.epochRequested(2, EpochRequest(claim: try Claim("again"))), now: 3)
        #expect(bench.takeActions().isEmpty, "no answer before it was compared with the store")
        for _ in 0..<3 { bench.endWrite(.committed, now: 4) }
        let replies = bench.takeActions().compactMap { if case .reply(2, let reply) = $0 { reply.name } else { nil } }
        #expect(replies == ["retrying"])
        #expect(bench.stored?.record.handOut.epoch == 2)
    }
}
