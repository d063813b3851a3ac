import JobModel
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

/// Further epochs of ended jobs, over a store in memory.
@Suite struct JobEpochTests {
    private let store = MemoryStore()
    private let client = ScriptedClient { _ in .accepted }

    private var jobs: JobService { service(store) }

    private func service(_ store: any KeyValueStore & ArtifactStore) -> JobService {
        JobService(
            store: store, client: client, clock: SystemClock(), random: SystemRandom(), logger: Samples.quiet)
    }

    private func key() throws -> JobService.CaseKey { JobService.CaseKey(try CaseID("case-1")) }

    /// A job of three, of which the first was made. Its worker reports through `jobs`.
    private func ended(_ jobs: JobService, version: Int = 2) async throws -> JobRecord {
        if try jobs.job(key()) == nil {
            _ = try await jobs.create(Samples.request(assets: 3), handOut: Samples.addresses)
        }
        let job = try #require(try jobs.job(key())?.record)
        let picture = Artifact(owner: .local, bytes: [1, 2, 3])
        try await store.store(picture)
        let snapshot = Snapshot(
            jobID: job.jobID, owner: .local, caseID: job.caseID, epoch: job.handOut.epoch, claim: job.handOut.claim,
            version: version, status: .partial, isFinal: true, webhookURL: job.handOut.webhookURL, artifactURL: nil,
            assets: job.assets.enumerated().map { index, asset in
                let made = Picture(hash: picture.hash, bytes: 3, size: nil, mediaType: "image/jpeg")
                return SnapshotAsset(
                    id: asset.id, kind: asset.kind, status: index == 0 ? .generated : .failed, attempts: 1,
                    error: nil, picture: index == 0 ? made : nil, source: nil)
            })
        guard case .folded(let folded) = try await jobs.fold(snapshot) else {
            throw StoreError(.io, "the report was not taken")
        }
        return folded
    }

    private func asset(_ number: Int) throws -> AssetID { try AssetID("evidence-\(number)") }

    @Test func editedWordsMakeANewSpecificationAndReachTheWorker() async throws {
        let jobs = jobs
        let before = try await ended(jobs)
        guard case .retrying(let job) = try await jobs.edit(try key(), asset: asset(2), prompt: "A pier.", model: nil)
        else {
            Issue.record("not edited")
            return
        }
        #expect(job.handOut.epoch == 2 && job.specification != before.specification)
        await client.triggered(2)
        let (old, new) = client.specifications.withLock { ($0[0], $0[1]) }
        #expect(new.assets[1].prompt == "A pier." && new.assets[1].subject == old.assets[1].subject)
        #expect(new.assets[0] == old.assets[0] && new.assets[2] == old.assets[2])
        // Both can be read: nothing that was asked for is forgotten.
        let stored = try await Specifications.load(before.specification, owner: .local, from: store)
        #expect(stored == old)
        let request = job.request(new)
        #expect(request.evidence.map(\.prompt) == [nil, "A pier.", nil])
        #expect(request.handOut.kept?.map(\.id) == [try asset(1), try asset(3)])
        await jobs.close()
    }

    @Test func anEmptyModelLeavesItToTheProvider() async throws {
        let jobs = jobs
        _ = try await ended(jobs)
        for (model, wanted, epoch) in [("m2", "m2", 2), (nil, "m2", 3), ("", nil, 4)] as [(String?, String?, Int)] {
            let reply = try await jobs.edit(try key(), asset: asset(2), prompt: "A pier \(epoch).", model: model)
            guard case .retrying = reply else {
                Issue.record("\(reply)")
                return
            }
            await client.triggered(epoch)
            #expect(client.specifications.withLock { $0.last }?.assets[1].model == wanted)
            _ = try await ended(jobs, version: epoch + 1)
        }
        await jobs.close()
    }

    /// Of two processes that edit at the same time one is told that the job runs; both edits in turn are both kept.
    @Test func noEditIsLostSilently() async throws {
        let (first, second) = (jobs, jobs)
        _ = try await ended(first)
        async let one = first.edit(try key(), asset: asset(2), prompt: "First.", model: nil)
        async let other = second.edit(try key(), asset: asset(3), prompt: "Second.", model: "m2")
        let replies = try await [one, other]
        let taken = replies.count { if case .retrying = $0 { true } else { false } }
        let told = replies.count { if case .conflict("job_running", _) = $0 { true } else { false } }
        #expect(taken == 1 && told == 1, "\(replies)")
        _ = try await ended(first, version: 3)
        // Whichever it was that was told: once more.
        let isFirst = if case .retrying = replies[0] { true } else { false }
        let again =
            isFirst
            ? try await second.edit(try key(), asset: asset(3), prompt: "Second.", model: "m2")
            : try await first.edit(try key(), asset: asset(2), prompt: "First.", model: nil)
        guard case .retrying(let job) = again else {
            Issue.record("\(again)")
            return
        }
        let specification = try await Specifications.load(job.specification, owner: .local, from: store)
        #expect(specification.assets.map(\.prompt).suffix(2) == ["First.", "Second."])
        #expect(specification.assets[2].model == "m2")
        await first.close()
        await second.close()
    }

    /// Another edit, whole epoch and all, between the reading of the specification and the commit.
    @Test func anEditThatWasOvertakenIsMadeFromTheNewerSpecification() async throws {
        let first = jobs
        let hook = Locked<(@Sendable () async throws -> Void)?>(nil)
        let slow = service(
            HookedStore(store) { hash in
                guard
                    let body = hook.withLock({ hook in
                        defer { hook = nil }
                        return hook
                    })
                else { return }
                try? await body()
            })
        _ = try await ended(first)
        hook.withLock { hook in
            hook = {
                _ = try await first.edit(try self.key(), asset: self.asset(3), prompt: "Second.", model: nil)
                _ = try await self.ended(first, version: 5)
            }
        }
        guard case .retrying(let job) = try await slow.edit(try key(), asset: asset(2), prompt: "First.", model: nil)
        else {
            Issue.record("not edited")
            return
        }
        #expect(job.handOut.epoch == 3)
        let specification = try await Specifications.load(job.specification, owner: .local, from: store)
        #expect(specification.assets.map(\.prompt).suffix(2) == ["First.", "Second."])
        await first.close()
        await slow.close()
    }

    @Test func whatCannotBeEditedIsSaid() async throws {
        let jobs = jobs
        #expect(try await jobs.edit(try key(), asset: asset(1), prompt: "x", model: nil) == .unknownJob)
        _ = try await ended(jobs)
        #expect(
            try await jobs.edit(try key(), asset: AssetID("nobody"), prompt: "x", model: nil)
                == .unknownAsset(try AssetID("nobody")))
        guard
            case .conflict("asset_generated", _) = try await jobs.edit(
                try key(), asset: asset(1), prompt: "x", model: nil)
        else {
            Issue.record("a picture was edited away")
            return
        }
        for (prompt, model, field) in [(nil, nil, "prompt"), (" ", nil, "prompt"), (nil, " ", "model")]
            as [(String?, String?, String)]
        {
            await #expect(throws: InvalidRequest.self, "\(field)") {
                _ = try await jobs.edit(try key(), asset: asset(2), prompt: prompt, model: model)
            }
        }
        await jobs.close()
    }

    @Test func aFallbackNamesItsProviderForOneEpoch() async throws {
        let jobs = jobs
        _ = try await ended(jobs)
        await #expect(throws: InvalidRequest.self) { _ = try await jobs.fallBack(try key(), to: "No such name") }
        guard case .retrying = try await jobs.fallBack(try key(), to: "local", assets: [try asset(3)]) else {
            Issue.record("not taken")
            return
        }
        await client.triggered(2)
        let trigger = try #require(client.triggers.withLock { $0.last })
        #expect(trigger.handOut.runOptions?.providers == ["local"] && trigger.handOut.runOptions?.isFallback == true)
        #expect(trigger.assets.map(\.status) == [.generated, .failed, .queued])
        await jobs.close()
    }

    @Test func optionsOfTheCaseReachTheWorkerAndWrongOnesAreNamed() async throws {
        let jobs = jobs
        var request = try Samples.request(assets: 2)
        request.handOut.options = RunOptions(providers: ["gemini", "gemini"])
        let wrong = request
        await #expect {
            _ = try await jobs.create(wrong, handOut: Samples.addresses)
        } throws: { ($0 as? InvalidRequest)?.field == "options.providers" }
        request.handOut.options = RunOptions(providers: ["gemini", "local"], fallbackOnRefusal: true)
        _ = try await jobs.create(request, handOut: Samples.addresses)
        await client.triggered(1)
        let trigger = try #require(client.triggers.withLock { $0.last })
        #expect(trigger.handOut.runOptions == request.handOut.options)
        await jobs.close()
    }

    @Test func newsOfAProviderAreForwardedToTheWorkerOfTheHandOut() async throws {
        let jobs = jobs
        let call = try RemoteCall(provider: "replicate", id: "p1")
        #expect(try await jobs.nudge(try key(), call) == false)
        _ = try await jobs.create(Samples.request(assets: 3), handOut: Samples.addresses)
        #expect(try await jobs.nudge(try key(), call))
        client.nudgeAnswer.withLock { $0 = .failed(reason: "nobody there") }
        #expect(try await jobs.nudge(try key(), call))
        let job = try #require(try jobs.job(key())?.record)
        let nudges = client.nudges.withLock { $0 }
        #expect(nudges.count == 2)
        #expect(nudges.allSatisfy { $0.call == call && $0.job == job.jobID && $0.worker == "http://worker" })
        // An ended job has no use for it.
        _ = try await ended(jobs)
        #expect(try await jobs.nudge(try key(), call))
        #expect(client.nudges.withLock { $0.count } == 2)
        await jobs.close()
    }
}

/// A store that lets a test in after a specification was read.
private final class HookedStore: KeyValueStore, ArtifactStore {
    private let base: MemoryStore
    private let afterReading: @Sendable (ContentHash) async -> Void

    init(_ base: MemoryStore, afterReading: @escaping @Sendable (ContentHash) async -> Void) {
        self.base = base
        self.afterReading = afterReading
    }

    func artifact(_ hash: ContentHash, owner: OwnerID) async throws(StoreError) -> [UInt8]? {
        let bytes = try await base.artifact(hash, owner: owner)
        await afterReading(hash)
        return bytes
    }

    func hasArtifact(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> Bool {
        try base.hasArtifact(hash, owner: owner)
    }

    func store(_ artifact: Artifact) async throws(StoreError) { try await base.store(artifact) }

    func get(_ key: StoreKey) throws(StoreError) -> StoredRecord? { try base.get(key) }

    func write(_ write: RecordWrite) async -> WriteOutcome { await base.write(write) }

    func purge(_ key: StoreKey, expected: Revision) async -> WriteOutcome {
        await base.purge(key, expected: expected)
    }

    func scan(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [RecordSummary] {
        try await base.scan(prefix, after: after, limit: limit)
    }

    func records(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [StoredRecord] {
        try await base.records(prefix, after: after, limit: limit)
    }

    func artifacts(after: ArtifactName?, limit: Int) async throws(StoreError) -> [ArtifactSummary] {
        try await base.artifacts(after: after, limit: limit)
    }

    func carryOut(_ orders: [ArtifactOrder]) async throws(StoreError) -> [Bool] { try await base.carryOut(orders) }

    func latestRevision() throws(StoreError) -> Revision { try base.latestRevision() }

    func changes(_ prefix: StoreKey, after: Revision, limit: Int) throws(StoreError) -> StoreChanges {
        try base.changes(prefix, after: after, limit: limit)
    }

    func watch(_ prefix: StoreKey) -> AsyncStream<Revision> { base.watch(prefix) }
}
