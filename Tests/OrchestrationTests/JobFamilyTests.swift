import JobModel
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

/// Jobs of other owners and of other families than the local owner's cases: one engine for all.
@Suite struct JobFamilyTests {
    private func service(_ store: MemoryStore) -> (JobService, ScriptedClient) {
        let client = ScriptedClient { _ in .accepted }
        let service = JobService(
            store: store, client: client, clock: SystemClock(), random: SystemRandom(), logger: Samples.quiet)
        return (service, client)
    }

    private func draft(_ id: String, owner: OwnerID, prompt: String = "A pier.") throws -> JobDraft {
        let asset = AssetSpecification(
            id: try AssetID("0"), kind: .other("render"), prompt: prompt,
            subject: Subject(name: "render", description: prompt), transform: .keepSize(format: .jpeg))
        return JobDraft(
            owner: owner, family: .generation, jobID: try JobID(id), assets: [asset], details: JobDetails(),
            options: nil)
    }

    private func created(_ reply: JobReply) throws -> JobRecord {
        guard case .created(let record) = reply else { throw StoreError(.io, "not created: \(reply)") }
        return record
    }

    @Test func aJobOfAnotherOwnerIsFoundUnderThatOwnerOnly() async throws {
        let (store, acme) = (MemoryStore(), try OwnerID("acme"))
        let (jobs, client) = service(store)
        let job = try created(await jobs.create(draft("job_1", owner: acme), handOut: Samples.addresses))
        #expect(job.owner == acme && job.family == .generation && job.caseID.text == "job_1")
        #expect(job.handOut.artifactURL == "http://receiver/api/owners/acme/artifacts")
        await client.triggered(1)
        #expect(try jobs.job(JobService.CaseKey(job.jobID, owner: acme))?.record.jobID == job.jobID)
        #expect(try jobs.job(JobService.CaseKey(job.jobID, owner: .local)) == nil)
        #expect(try jobs.job(JobService.CaseKey(job.jobID, owner: OwnerID("other"))) == nil)
        #expect(try await store.artifact(job.specification, owner: acme) != nil)
        #expect(try await store.artifact(job.specification, owner: .local) == nil)
        await jobs.close()
        let keys = try await store.scan(StoreKey(), after: nil, limit: 10).map(\.key.description)
        #expect(keys == ["owner:acme:case:job_1:image-job"], "there is no legacy key of what is no case")
    }

    @Test func anotherOwnersCaseHasItsLegacyKeyBesideIt() async throws {
        let (store, acme) = (MemoryStore(), try OwnerID("acme"))
        let (jobs, _) = service(store)
        _ = try await jobs.create(Samples.request(), owner: acme, handOut: Samples.addresses)
        let news = store.watch(StoreKey())
        let legacy = Keys.legacyStatus(try CaseID("case-1"), owner: acme)
        if try store.get(legacy) == nil {
            for await _ in news { if try store.get(legacy) != nil { break } }
        }
        #expect(legacy.description == "owner:acme:case:case-1:image-status")
        await jobs.close()
    }

    @Test func aWebhookIsFoldedIntoItsOwnersJob() async throws {
        let (store, acme) = (MemoryStore(), try OwnerID("acme"))
        let (jobs, _) = service(store)
        let job = try created(await jobs.create(draft("job_1", owner: acme), handOut: Samples.addresses))
        var snapshot = Snapshot(
            jobID: job.jobID, owner: .local, caseID: job.caseID, epoch: 1, claim: job.handOut.claim, version: 1,
            status: .failed, isFinal: true, webhookURL: job.handOut.webhookURL, artifactURL: nil,
            assets: [
                SnapshotAsset(
                    id: job.assets[0].id, kind: job.assets[0].kind, status: .failed, attempts: 1, error: nil,
                    picture: nil, source: nil)
            ])
        guard case .unknownJob = try await jobs.fold(snapshot) else {
            Issue.record("a webhook of another owner was folded")
            return
        }
        snapshot.owner = acme
        guard case .folded(let ended) = try await jobs.fold(snapshot) else {
            Issue.record("the owner's webhook was not folded")
            return
        }
        #expect(ended.status == .failed && ended.isFinal)
        await jobs.close()
    }

    @Test func askingOnceMoreForAJobOfThisIdIsThatJobEvenAfterItsEnd() async throws {
        let (store, acme) = (MemoryStore(), try OwnerID("acme"))
        let (jobs, _) = service(store)
        let first = try created(await jobs.create(draft("job_1", owner: acme), handOut: Samples.addresses))
        let again = try created(await jobs.create(draft("job_1", owner: acme), handOut: Samples.addresses))
        #expect(again.handOut.claim == first.handOut.claim)
        let key = JobService.CaseKey(first.jobID, owner: acme)
        _ = await jobs.forceFinish(key)
        let after = try created(await jobs.create(draft("job_1", owner: acme), handOut: Samples.addresses))
        #expect(after.status.isTerminal && after.handOut.epoch == 1)
        await jobs.close()
    }

    /// A process that starts finds what another one left untriggered, whoever owns it.
    @Test func theSweepLooksAfterEveryOwnersJobs() async throws {
        let (store, acme) = (MemoryStore(), try OwnerID("acme"))
        let recorder = JobService(
            store: store, client: nil, clock: SystemClock(), random: SystemRandom(), logger: Samples.quiet)
        for (number, owner) in [OwnerID.local, acme].enumerated() {
            _ = try created(
                await recorder.create(draft("job_\(number)", owner: owner), handOut: Samples.addresses))
        }
        await recorder.close()
        let (jobs, client) = service(store)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await jobs.run() }
            await client.triggered(2)
            group.cancelAll()
        }
        #expect(Set(client.triggers.withLock { $0.map(\.owner) }) == [.local, acme])
    }

    @Test func aWorkerKeepsAnOwnersArtifactsUnderThatOwner() async throws {
        let (store, acme) = (MemoryStore(), try OwnerID("acme"))
        try await WorkerBench(store).running { bench in
            var request = try Samples.request(assets: 1)
            request.handOut.owner = acme
            _ = await bench.service.accept(try bench.admission.proposal(for: request))
            let final = await bench.sender.finalSnapshot()
            #expect(final.owner == acme && final.madeCount == 1)
            let hash = try #require(final.assets.first?.picture?.hash)
            #expect(try await store.artifact(hash, owner: acme) != nil)
            #expect(try await store.artifact(hash, owner: .local) == nil)
        }
    }

    @Test func aJobsKeySaysWhoseItIs() throws {
        let (caseID, acme) = (try CaseID("harbor"), try OwnerID("acme"))
        for owner in [OwnerID.local, acme] {
            let found = try #require(Keys.job(at: Keys.job(caseID, owner: owner)))
            #expect(found.caseID == caseID && found.owner == owner)
            #expect(Keys.job(at: Keys.legacyStatus(caseID, owner: owner)) == nil)
        }
        for other in [
            ["owner", "acme", "account"], ["case", "harbor"], ["owner", "local", "case", "x", "image-job"], [],
        ] {
            #expect(Keys.job(at: StoreKey(other)) == nil)
        }
    }

    @Test func aHeaderSaysStatusAndFamily() throws {
        for family in JobFamily.allCases {
            let id = try JobID("job_1")
            var job = JobRecord(
                jobID: id, owner: .local, caseID: CaseID(of: id), createdAt: 0, specification: ContentHash(of: []),
                requestHash: ContentHash(of: []),
                handOut: HandOut(
                    epoch: 1, worker: "", claim: try Claim("c"), stopBy: 0, webhookURL: "", artifactURL: nil),
                assets: [], family: family)
            for status in JobStatus.allCases {
                job.status = status
                #expect(JobFamily(headerState: job.headerState) == family)
                #expect(JobStatus(headerState: job.headerState) == status)
            }
        }
    }

    @Test func theBodyHashTellsRequestsApartAndNotTheirNames() throws {
        let first = try draft("job_1", owner: .local)
        let renamed = first.named(try JobID("job_2"))
        #expect(renamed.jobID?.text == "job_2" && renamed.caseID.text == "job_2")
        #expect(try first.bodyHash() == renamed.bodyHash())
        #expect(try first.bodyHash() != draft("job_1", owner: .local, prompt: "A quay.").bodyHash())
        var withOptions = first
        withOptions.options = RunOptions(maxAttempts: 2)
        #expect(try first.bodyHash() != withOptions.bodyHash())
    }

    @Test(arguments: ["", "a b", "ü", String(repeating: "k", count: 256), "a\u{7F}"])
    func anIdempotencyKeyIsPlainText(text: String) {
        #expect("\(text)") { try IdempotencyKey(text, field: "idempotencyKey") } throws: {
            ($0 as? InvalidRequest)?.field == "idempotencyKey"
        }
    }
}
