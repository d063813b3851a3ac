import JobModel
import Orchestration
import Testing

/// What `verify` finds, and what a restore does to records.
@Suite struct StoreCheckTests {
    private static let specification = Artifact(owner: .local, bytes: Array("the specification".utf8))
    private static let picture = Artifact(owner: .local, bytes: Array("a picture".utf8))

    private struct Dice: RandomSource {
        func next() -> UInt64 { 7 }
    }

    /// A case of two images, of which one is made.
    private func job(_ status: JobStatus) throws -> JobRecord {
        let handOut = HandOut(
            epoch: 3, worker: "http://w", claim: try Claim("old-claim"), stopBy: 50, webhookURL: "http://r",
            artifactURL: nil)
        var made = JobAsset(id: try AssetID("a"), kind: .evidence, name: "A")
        made.status = .generated
        made.picture = Picture(
            hash: Self.picture.hash, bytes: Self.picture.bytes.count, size: nil, mediaType: "image/jpeg")
        var open = JobAsset(id: try AssetID("b"), kind: .evidence, name: "B")
        open.status = .generating
        var job = JobRecord(
            jobID: try JobID("j"), owner: .local, caseID: try CaseID("c"), createdAt: 1,
            specification: Self.specification.hash, requestHash: ContentHash(of: [1]), handOut: handOut,
            assets: [made, open])
        job.status = status
        job.isFinal = status.isTerminal
        job.version = 9
        job.handOut.acceptance = .acknowledged
        job.handOut.tries = 4
        return job
    }

    private func write(
        _ job: JobRecord, to store: MemoryStore, _ attachments: [Artifact], format: UInt16? = nil
    ) async throws {
        var header = RecordCoding.header(of: job)
        header.format = format ?? header.format
        let outcome = await store.write(
            RecordWrite(
                key: Keys.job(job.caseID, owner: .local), expected: .absent, header: header,
                body: try RecordCoding.body(of: job), attachments: attachments))
        guard case .committed = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    private func check(_ store: MemoryStore) async throws -> (StoreCheck.Summary, [StoreFinding]) {
        var findings: [StoreFinding] = []
        let summary = try await StoreCheck.run(store) { findings.append($0) }
        #expect(summary.faults == findings.count)
        return (summary, findings)
    }

    @Test func findsASoundStoreSound() async throws {
        let store = MemoryStore()
        try await write(try job(.generating), to: store, [Self.specification, Self.picture])
        let (summary, findings) = try await check(store)
        #expect(findings.isEmpty)
        #expect(summary.records == 1 && summary.artifacts == 2 && summary.tombstones == 0)
    }

    @Test func findsWhatIsMissing() async throws {
        let store = MemoryStore()
        try await write(try job(.generating), to: store, [Self.specification])
        let (_, findings) = try await check(store)
        #expect(findings.map(\.at) == ["case:c:image-job"])
        #expect(findings.first?.problem == "its picture \(Self.picture.hash) is not in the store")
    }

    /// Neither `verify` nor a sweep takes a guess at what a newer Darkroom wrote.
    @Test func refusesNewerRecords() async throws {
        let store = MemoryStore()
        try await write(try job(.generating), to: store, [Self.specification, Self.picture], format: 99)
        let (_, findings) = try await check(store)
        #expect(findings.count == 1 && findings[0].problem.contains("upgrade"), "\(findings)")
        let stored = try #require(try store.get(try Keys.job(CaseID("c"), owner: .local)))
        let error = #expect(throws: StoreError.self) { try RecordReferences.hashes(stored) }
        #expect(error?.code == .newerFormat)
        let kind = RecordHeader(kind: 77, state: 1, format: 1)
        let unknown = StoredRecord(
            key: StoreKey("x"), revision: Revision(1), header: kind, body: [1], isTombstone: false)
        #expect(throws: StoreError.self) { try RecordReferences.hashes(unknown) }
    }

    @Test(arguments: [JobStatus.pending, .generating]) func handsOpenJobsOutAnew(status: JobStatus) async throws {
        let store = MemoryStore()
        let before = try job(status)
        try await write(before, to: store, [])
        let report = try await RestoredRecords(store: store, clock: SystemClock(), random: Dice()).run()
        #expect(report.records == 1 && report.reopened == 1)
        let key = Keys.job(before.caseID, owner: .local)
        let job = try RecordCoding.decode(JobRecord.self, from: try #require(try store.get(key)))
        #expect(job.handOut.epoch == 1_003 && job.handOut.claim != before.handOut.claim && job.version == 0)
        #expect(job.status == .pending && !job.isFinal && job.handOut.acceptance == .none && job.handOut.tries == 0)
        #expect(job.handOut.stopBy > before.handOut.stopBy)
        #expect(job.pastClaims.last?.claim == before.handOut.claim && job.pastClaims.last?.epoch == 3)
        #expect(job.assets.map(\.status) == [.generated, .queued])
        #expect(job.assets[0].picture == before.assets[0].picture)
    }

    @Test(arguments: [JobStatus.completed, .partial, .failed, .canceled])
    func keepsEndedJobsEnded(status: JobStatus) async throws {
        let store = MemoryStore()
        let before = try job(status)
        try await write(before, to: store, [])
        let report = try await RestoredRecords(store: store, clock: SystemClock(), random: Dice()).run()
        #expect(report.reopened == 0)
        let key = Keys.job(before.caseID, owner: .local)
        let job = try RecordCoding.decode(JobRecord.self, from: try #require(try store.get(key)))
        #expect(job.status == status && job.isFinal && job.handOut.epoch == 1_003)
        #expect(job.assets.map(\.status) == before.assets.map(\.status))
        #expect(job.pastClaims.last?.claim == before.handOut.claim)
    }
}
