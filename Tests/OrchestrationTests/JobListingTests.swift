import JobModel
import Orchestration
import OrchestrationTestKit
import Testing

/// Lists of jobs: the newest first, whatever the names of their cases.
@Suite struct JobListingTests {
    private let store = MemoryStore()
    private let jobs: JobService

    init() {
        jobs = JobService(
            store: store, client: ScriptedClient { _ in .accepted }, clock: SystemClock(), random: SystemRandom(),
            logger: Samples.quiet)
    }

    private func create(_ caseID: String, owner: OwnerID = .local) async throws -> JobRecord {
        let reply = try await jobs.create(Samples.request(caseID), owner: owner, handOut: Samples.addresses)
        guard case .created(let record) = reply else { throw StoreError(.io, "not created: \(reply)") }
        return record
    }

    private func place(_ job: JobRecord) -> JobPlace { JobPlace(createdAt: job.createdAt, jobID: job.jobID) }

    @Test func jobsComeInTheOrderOfTheirCreationTheNewestFirst() async throws {
        var made: [JobRecord] = []
        for index in 0..<25 { made.append(try await create("case-\((index * 7) % 25)")) }
        let expected = made.map { place($0) }.sorted(by: >).map(\.jobID)
        var (seen, after): ([JobID], JobPlace?) = ([], nil)
        repeat {
            let page = try await jobs.list(JobFilter(), after: after, limit: 10)
            #expect(page.total == 25 && !page.isTruncated)
            seen += page.entries.map(\.record.jobID)
            after = page.next
            if let place = after { #expect(JobPlace(place.description) == place) }
        } while after != nil
        #expect(seen == expected)
        await jobs.close()
    }

    @Test func whatWasCommittedBeforeTheQuestionIsInTheAnswer() async throws {
        var filter = JobFilter()
        filter.statuses = [.completed, .partial, .failed, .canceled]
        for number in 1...5 {
            let job = try await create("case-\(number)")
            #expect(try await jobs.list(JobFilter(), limit: 1).entries.first?.record.jobID == job.jobID)
            #expect(try await jobs.list(filter, limit: 10).total == number - 1)
            _ = await jobs.forceFinish(JobService.CaseKey(job.caseID))
            #expect(try await jobs.list(filter, limit: 10).total == number)
        }
        await jobs.close()
    }

    @Test func aSearchFindsPartsOfNamesAndOnlyTheOwners() async throws {
        let acme = try OwnerID("acme")
        let (ours, theirs) = (try await create("Harbor-Lights"), try await create("harbor-nights", owner: acme))
        _ = try await create("pier")
        var filter = JobFilter()
        filter.search = "HARBOR"
        #expect(try await jobs.list(filter, limit: 10).total == 2)
        filter.owner = acme
        #expect(try await jobs.list(filter, limit: 10).entries.map(\.record.jobID) == [theirs.jobID])
        filter.owner = .local
        filter.search = String(ours.jobID.text.suffix(10))
        #expect(try await jobs.list(filter, limit: 10).entries.map(\.record.jobID) == [ours.jobID])
        await jobs.close()
    }

    /// One that cannot be read keeps the others from nothing.
    @Test func aRecordThatCannotBeReadIsLeftOut() async throws {
        let job = try await create("case-1")
        let broken = RecordWrite(
            key: Keys.job(try CaseID("case-0"), owner: .local), expected: .absent,
            header: RecordHeader(kind: RecordKind.job.rawValue, state: 1, format: 1), body: Array("{}".utf8))
        guard case .committed = await store.write(broken) else { throw StoreError(.io, "not written") }
        #expect(try await jobs.list(JobFilter(), limit: 10).entries.map(\.record.jobID) == [job.jobID])
        await jobs.close()
    }
}
