import JobModel
import Orchestration
import OrchestrationTestKit
import Testing

/// What a worker tells of a job whose case has gone on to another one.
@Suite("Jobs that another has replaced") struct ReplacedJobTests {
    private let store = MemoryStore()
    private let picture = Artifact(owner: .local, bytes: [1, 2, 3])

    private func service() -> JobService {
        JobService(
            store: store, client: ScriptedClient { _ in .accepted }, clock: SystemClock(), random: SystemRandom(),
            logger: Samples.quiet)
    }

    /// The first image is made, the second may have been paid for.
    private func news(of job: JobRecord, claim: Claim? = nil) -> Snapshot {
        let made = Picture(hash: picture.hash, bytes: 3, size: nil, mediaType: "image/jpeg")
        return Snapshot(
            jobID: job.jobID, owner: .local, caseID: job.caseID, epoch: job.handOut.epoch,
            claim: claim ?? job.handOut.claim, version: 2, status: .canceled, isFinal: true,
            webhookURL: job.handOut.webhookURL, artifactURL: nil,
            assets: job.assets.enumerated().map { index, asset in
                SnapshotAsset(
                    id: asset.id, kind: asset.kind, status: index == 0 ? .generated : .canceled, attempts: 1,
                    error: nil, picture: index == 0 ? made : nil, source: nil,
                    cost: index == 0 ? AssetCost(micros: 40_000) : AssetCost(possiblyBilled: 1, possibleMicros: 40_000))
            })
    }

    /// A job that an operator ended by force, and the one that was asked for after it.
    private func replaced(_ jobs: JobService) async throws -> (old: JobRecord, new: JobRecord) {
        guard case .created = try await jobs.create(Samples.request(assets: 2), handOut: Samples.addresses) else {
            throw StoreError(.io, "not created")
        }
        let key = JobService.CaseKey(try CaseID("case-1"))
        guard case .ending(let old) = await jobs.forceFinish(key),
            case .created(let new) = try await jobs.create(Samples.request(assets: 3), handOut: Samples.addresses)
        else { throw StoreError(.io, "not replaced") }
        return (old, new)
    }

    private func archived(_ job: JobRecord) throws -> JobRecord {
        let stored = try #require(try store.get(StoreKey("job", job.jobID.text)))
        var header = stored.header
        header.kind = JobRecord.kind.rawValue
        return try RecordCoding.decode(
            JobRecord.self,
            from: StoredRecord(
                key: stored.key, revision: stored.revision, header: header, body: stored.body,
                isTombstone: false))
    }

    @Test("the worker is told to stop; what it made and what that cost stays with the old job")
    func lateNewsIsKept() async throws {
        let jobs = service()
        let (old, new) = try await replaced(jobs)
        try await store.store(picture)
        let reply = try await jobs.fold(news(of: old))
        #expect(reply == .staleEpoch(current: new.handOut.epoch) && new.handOut.epoch > old.handOut.epoch)
        let kept = try archived(old)
        #expect(kept.status == .partial && kept.assets[0].picture?.hash == picture.hash)
        #expect(kept.cost.micros == 40_000 && kept.cost.possiblyBilled == 1)
        let key = StoreKey("job", old.jobID.text)
        let revision = try #require(try store.get(key)).revision
        let again = try await jobs.fold(news(of: old))
        #expect(again == reply)
        #expect(try store.get(key)?.revision == revision, "told twice, it is known")
        #expect(try jobs.job(JobService.CaseKey(new.caseID))?.record.jobID == new.jobID)
        await jobs.close()
    }

    @Test("nothing is taken of a claim that the old job never had, nor of a job that the case never had")
    func strangers() async throws {
        let jobs = service()
        let (old, _) = try await replaced(jobs)
        try await store.store(picture)
        let claimed = try await jobs.fold(news(of: old, claim: Claim("claim_of_nobody")))
        guard case .conflict("unknown_claim", _) = claimed else { return #expect(Bool(false), "\(claimed)") }
        var stranger = news(of: old)
        stranger.jobID = try JobID("job_of_nobody")
        #expect(try await jobs.fold(stranger) == .unknownJob)
        #expect(try archived(old).completedImages == 0)
        await jobs.close()
    }

    @Test("a picture that is not here is asked for first")
    func missingPicture() async throws {
        let jobs = service()
        let (old, _) = try await replaced(jobs)
        #expect(try await jobs.fold(news(of: old)) == .artifactMissing([picture.hash]))
        await jobs.close()
    }
}
