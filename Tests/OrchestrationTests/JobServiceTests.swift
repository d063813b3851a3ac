import JobModel
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

/// A worker's end of the trigger: answers as told and counts.
final class ScriptedClient: WorkerClient, Sendable {
    let triggers = Locked<[JobRecord]>([])
    /// The specification that came with each trigger.
    let specifications = Locked<[JobSpecification]>([])
    let nudges = Locked<[(call: RemoteCall, job: JobID, worker: String)]>([])
    let nudgeAnswer = Locked(NudgeAnswer.taken)
    /// What it says of runs and commands; the questions and cancels that came.
    let runAnswer = Locked(WorkerAnswer.unreachable(reason: "not scripted"))
    let cancelAnswer = Locked(CancelAnswer.taken)
    let questions = Locked(0)
    let cancels = Locked(0)
    private let waiting = Locked<[(count: Int, continuation: CheckedContinuation<Void, Never>)]>([])
    private let answer: @Sendable (Int) async -> TriggerAnswer

    init(answer: @escaping @Sendable (Int) async -> TriggerAnswer) { self.answer = answer }

    func trigger(_ job: JobRecord, specification: JobSpecification) async -> TriggerAnswer {
        let number = triggers.withLock { triggers in
            triggers.append(job)
            specifications.withLock { $0.append(specification) }
            return triggers.count
        }
        for waiter in served(number) { waiter.resume() }
        return await answer(number)
    }

    func ask(_ job: JobRecord, refresh: Bool) async -> WorkerAnswer {
        questions.withLock { $0 += 1 }
        return runAnswer.withLock { $0 }
    }

    func cancel(_ job: JobRecord) async -> CancelAnswer {
        cancels.withLock { $0 += 1 }
        return cancelAnswer.withLock { $0 }
    }

    func history(of job: JobRecord) async -> RunHistory? { nil }

    func redeliver(_ jobID: JobID, at worker: String) async -> RedeliveryAnswer { .taken }

    /// Returns when so many triggers came.
    func triggered(_ count: Int) async {
        await withCheckedContinuation { continuation in
            waiting.withLock { $0.append((count, continuation)) }
            for waiter in served(triggers.withLock { $0.count }) { waiter.resume() }
        }
    }

    private func served(_ number: Int) -> [CheckedContinuation<Void, Never>] {
        waiting.withLock { waiting in
            let served = waiting.filter { $0.count <= number }.map(\.continuation)
            waiting.removeAll { $0.count <= number }
            return served
        }
    }

    func nudge(_ call: RemoteCall, of jobID: JobID, at worker: String) async -> NudgeAnswer {
        nudges.withLock { $0.append((call, jobID, worker)) }
        return nudgeAnswer.withLock { $0 }
    }
}

@Suite struct JobServiceTests {
    private func service(
        _ store: any KeyValueStore & ArtifactStore,
        answer: @escaping @Sendable (Int) async -> TriggerAnswer = { _ in .accepted }
    ) -> (JobService, ScriptedClient) {
        let client = ScriptedClient(answer: answer)
        let service = JobService(
            store: store, client: client, clock: SystemClock(), random: SystemRandom(), logger: Samples.quiet)
        return (service, client)
    }

    private func key() throws -> JobService.CaseKey { JobService.CaseKey(try CaseID("case-1")) }

    /// Waits until the job in the store is as asked for.
    private func waitFor(
        _ store: any KeyValueStore, _ jobs: JobService, until fits: @Sendable (JobRecord) -> Bool
    ) async throws -> JobRecord {
        let key = try key()
        let news = store.watch(Keys.job(key.caseID, owner: key.owner))
        if let job = try jobs.job(key)?.record, fits(job) { return job }
        for await _ in news {
            if let job = try jobs.job(key)?.record, fits(job) { return job }
        }
        throw StoreError(.closed, "the store ended")
    }

    @Test func creationIsRecordedBeforeTheTriggerLeaves() async throws {
        let store = MemoryStore()
        let seen = Locked<JobStatus?>(nil)
        let (jobs, client) = service(store) { _ in
            let stored = try? store.get(StoreKey("case", "case-1", "image-job"))
            let record = stored.flatMap { try? RecordCoding.decode(JobRecord.self, from: $0) }
            seen.withLock { $0 = record?.status }
            return .accepted
        }
        let reply = try await jobs.create(Samples.request(), handOut: Samples.addresses)
        guard case .created(let created) = reply else {
            Issue.record("not created: \(reply)")
            return
        }
        #expect(created.status == .pending && created.completedImages == 0 && created.handOut.epoch == 1)
        let job = try await waitFor(store, jobs) { $0.status == .generating }
        #expect(job.handOut.acceptance == .acknowledged)
        #expect(seen.withLock { $0 } == .pending)
        #expect(client.triggers.withLock { $0.count } == 1)
        await jobs.close()
    }

    @Test func aTriggerThatFailsIsRecordedAndRepeated() async throws {
        let store = MemoryStore()
        let (jobs, client) = service(store) { number in
            number < 2 ? .unreachable(reason: "nobody there") : .accepted
        }
        _ = try await jobs.create(Samples.request(), handOut: Samples.addresses)
        let failed = try await waitFor(store, jobs) { $0.lastError != nil }
        #expect(failed.lastError == "nobody there" && failed.status == .pending)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await jobs.run() }
            let job = try await waitFor(store, jobs) { $0.status == .generating }
            #expect(job.lastError == nil)
            group.cancelAll()
        }
        let claims = client.triggers.withLock { $0.map(\.handOut.claim) }
        #expect(claims.count == 2 && Set(claims).count == 1, "the same hand-out is offered again")
    }

    @Test func theSameRequestJoinsAndAnotherConflicts() async throws {
        let (jobs, _) = service(MemoryStore())
        _ = try await jobs.create(Samples.request(), handOut: Samples.addresses)
        guard case .joined = try await jobs.create(Samples.request(), handOut: Samples.addresses) else {
            Issue.record("the same request did not join")
            return
        }
        guard
            case .conflict(let code, _) = try await jobs.create(Samples.request(assets: 3), handOut: Samples.addresses)
        else {
            Issue.record("another request was taken")
            return
        }
        #expect(code == "case_running")
        await jobs.close()
    }

    /// Conflicts and lost answers at any of the first commits change nothing in the end.
    @Test(arguments: 1...4, [StoreFault.conflict, .unknown(written: true), .unknown(written: false)])
    func faultsOfTheStoreLoseNothing(number: Int, fault: StoreFault) async throws {
        let memory = MemoryStore()
        let store = FaultInjectingStore(memory, at: number, fault)
        let (jobs, _) = service(store)
        guard case .created(let created) = try await jobs.create(Samples.request(assets: 2), handOut: Samples.addresses)
        else {
            Issue.record("not created")
            return
        }
        let job = try await waitFor(memory, jobs) { $0.status == .generating }
        #expect(job.jobID == created.jobID)
        await jobs.close()
    }

    /// Two control processes over one store: each step is taken once.
    @Test func severalProcessesFoldOneHistory() async throws {
        let store = MemoryStore()
        let (first, client) = service(store)
        let (second, _) = service(store)
        guard case .created(let job) = try await first.create(Samples.request(assets: 6), handOut: Samples.addresses)
        else {
            Issue.record("not created")
            return
        }
        _ = try await waitFor(store, first) { $0.status == .generating }
        let snapshots = try (1...40).map { try Self.snapshot(of: job, version: $0) }
        await withTaskGroup(of: Void.self) { group in
            for snapshot in snapshots.shuffled() {
                group.addTask { _ = try? await first.fold(snapshot) }
                group.addTask { _ = try? await second.fold(snapshot) }
            }
        }
        let folded = try #require(try first.job(key())?.record)
        #expect(folded.version == 40 && folded.status == .failed && folded.isFinal)
        #expect(client.triggers.withLock { $0.count } == 1)
        await first.close()
        await second.close()
    }

    private static func snapshot(of job: JobRecord, version: Int) throws -> Snapshot {
        let isLast = version == 40
        return Snapshot(
            jobID: job.jobID, owner: .local, caseID: job.caseID, epoch: 1, claim: job.handOut.claim, version: version,
            status: isLast ? .failed : .generating, isFinal: isLast, webhookURL: job.handOut.webhookURL,
            artifactURL: nil,
            assets: job.assets.map {
                SnapshotAsset(
                    id: $0.id, kind: $0.kind, status: isLast ? .failed : .generating, attempts: version, error: nil,
                    picture: nil, source: nil)
            })
    }
}
