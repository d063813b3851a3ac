import JobModel
import Logging
import ServiceLifecycle
import Threads

/// The control side: creates jobs, gets them into workers' hands, folds what workers report.
///
/// Several processes may run one over the same store: whichever commits a step first acts, the others follow.
public final class JobService: Service {
    public typealias Stores = KeyValueStore & ArtifactStore

    /// Names a job by its case.
    public struct CaseKey: Hashable, Sendable {
        public let owner: OwnerID
        public let caseID: CaseID

        public init(_ caseID: CaseID, owner: OwnerID = .local) {
            self.caseID = caseID
            self.owner = owner
        }

        /// Of a job that is named by its own id.
        public init(_ job: JobID, owner: OwnerID) { self.init(CaseID(of: job), owner: owner) }
    }

    let store: any Stores
    /// Who waits for news of which job.
    public let news: JobNews
    let client: (any WorkerClient)?
    let clock: any EngineClock
    let random: any RandomSource
    let admission: JobAdmission
    let logger: Logger
    let policy: JobPolicy
    /// Nil for a process that leaves the owners' accounts alone.
    let accounts: OwnerAccounts?
    let measures: Measures
    let alerts: (any AlertSender)?
    let jobAlerts: JobAlerts?
    let alertSettings: AlertSettings?
    let statistics = Locked<StatisticsDesk?>(nil)
    let desk = ReplyDesk<JobReply>()
    let lanes = WorkerLanes()
    let refreshes = Locked(RecentQuestions<JobID>())
    let catalog: RecordLines<JobCard>
    let tasks = TaskYard<CaseKey>()
    private let runner = Locked<RecordRunner<CaseKey, JobState>?>(nil)

    /// - Parameters:
    ///   - client: nil for a process that only receives: it triggers nobody.
    ///   - alertSettings: nil for a process that does not look for alerts but those of single jobs.
    public init(
        store: any Stores, client: (any WorkerClient)?, clock: any EngineClock, random: any RandomSource,
        policy: JobPolicy = JobPolicy(), accounts: OwnerAccounts? = nil, alerts: (any AlertSender)? = nil,
        alertSettings: AlertSettings? = nil, measures: Measures = Measures(), logger: Logger
    ) {
        var policy = policy
        policy.drives = client != nil
        policy.settles = accounts != nil
        self.accounts = accounts
        self.policy = policy
        self.alerts = alerts
        jobAlerts = alerts.map { JobAlerts(sender: $0, logger: logger) }
        self.alertSettings = alertSettings
        self.measures = measures
        self.store = store
        news = JobNews(store: store)
        self.client = client
        self.clock = clock
        self.random = random
        self.logger = logger
        catalog = .jobs(in: store, logger: logger)
        admission = JobAdmission(clock: clock, random: random, fence: policy.fence)
        let runner = RecordRunner<CaseKey, JobState>(
            store: store, clock: clock, random: random, logger: logger, context: policy,
            storeKey: { Keys.job($0.caseID, owner: $0.owner) },
            perform: { [weak self] key, action, record in self?.perform(key, action, record) })
        self.runner.withLock { $0 = runner }
        measures.add { [weak self] in
            self.map { [MeasureNote(.jobsInHand, [], Double($0.records.inHand))] } ?? []
        }
    }

    /// Until the task is canceled: wakes jobs in time, keeps the store in order and, with a client, looks after the jobs
    /// of other processes too.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.records.run() }
                group.addTask { await LegacyRebuild(store: self.store, logger: self.logger).run() }
                group.addTask { await self.sweep() }
                if let accounts = self.accounts {
                    group.addTask {
                        await AccountSweep(
                            desk: accounts.desk, store: self.store, clock: self.clock, logger: self.logger
                        ).run()
                    }
                }
                if let watch = self.alertWatch() { group.addTask { await watch.run() } }
                group.addTask {
                    await StoreKeeping(store: self.store, clock: self.clock, logger: self.logger).run()
                }
            }
        }
        await close()
    }

    /// Ends at once: for a command that is done.
    public func close() async {
        news.close()
        await records.close()
        await tasks.close()
        await accounts?.desk.close()
        desk.close()
    }

    /// Records the job and hands it to a worker. A repeat of a draft that has its job id is answered with that job.
    /// - Parameter allowance: what the owner's account has set aside for it; nil where nothing limits it.
    public func create(
        _ draft: JobDraft, handOut: HandOutAddresses, allowance: JobAllowance? = nil
    ) async throws(InvalidRequest) -> JobReply {
        var proposal = try admission.proposal(for: draft, handOut: handOut)
        if let allowance { proposal.allow(allowance) }
        proposal.waitsForItsTurn = !records.hasRoom
        let (key, waits) = (CaseKey(draft.caseID, owner: draft.owner), proposal.waitsForItsTurn)
        let reply = await ask(key) { [proposal] in .creationRequested($0, proposal) }
        if waits, policy.drives { records.schedule(key, due: clock.now()) }
        return reply
    }

    /// As ``create(_:handOut:allowance:)`` with the draft that a case's request of `owner` comes to.
    public func create(
        _ request: CaseImagesRequest, owner: OwnerID = .local, handOut: HandOutAddresses
    ) async throws(InvalidRequest) -> JobReply {
        try await create(try admission.draft(of: request, owner: owner), handOut: handOut)
    }

    /// What a case's request of `owner` comes to.
    public func draft(
        of request: CaseImagesRequest, owner: OwnerID, idempotencyKey: IdempotencyKey?
    ) throws(InvalidRequest) -> JobDraft {
        try admission.draft(of: request, owner: owner, idempotencyKey: idempotencyKey)
    }

    /// For a job that is named by its own id.
    public func newJobID() throws(InvalidRequest) -> JobID { try admission.newJobID() }

    /// - Parameter missing: pictures that the snapshot names and `missingPictures(of:)` did not find.
    public func fold(_ snapshot: Snapshot) async throws(StoreError) -> JobReply {
        let missing = try missingPictures(of: snapshot)
        let history = RunHistory.artifact(of: snapshot)
        let reply = await ask(CaseKey(snapshot.caseID, owner: snapshot.owner)) {
            .snapshotArrived($0, snapshot, missing: missing, history: history)
        }
        guard case .unknownJob = reply else { return counted(reply) }
        return counted(try await foldReplaced(snapshot, missing: missing, history: history))
    }

    public func fold(_ update: ForeignUpdate, of caseID: CaseID) async -> JobReply {
        counted(await ask(CaseKey(caseID)) { .foreignUpdateArrived($0, update) })
    }

    private func counted(_ reply: JobReply) -> JobReply {
        measures.note(JobMeasures.notes(reply))
        return reply
    }

    /// The job as stored, with the revision to wait behind; nil if there is none.
    public func job(_ key: CaseKey) throws(StoreError) -> (record: JobRecord, revision: Revision)? {
        guard let stored = try store.get(Keys.job(key.caseID, owner: key.owner)), !stored.isTombstone else {
            return nil
        }
        return (try RecordCoding.decode(JobRecord.self, from: stored), stored.revision)
    }

    /// The revision of the job's record; nil if there is none.
    public func revision(_ key: CaseKey) throws(StoreError) -> Revision? {
        guard let stored = try store.get(Keys.job(key.caseID, owner: key.owner)), !stored.isTombstone else {
            return nil
        }
        return stored.revision
    }

    /// Lets a job look at the time: a process that does not ``run()`` gets its next trigger sent when it is due.
    public func wake(_ key: CaseKey) { records.send(.tick, to: key) }

    /// Whether a trigger of this process is on its way.
    public func isTriggering(_ key: CaseKey) -> Bool { records.state(key)?.isTriggering ?? false }

    func ask(_ key: CaseKey, _ event: (ReplyToken) -> JobEvent) async -> JobReply {
        await desk.ask { records.send(event($0), to: key) } ?? .unavailable(Self.shuttingDown)
    }

    func missingPictures(of snapshot: Snapshot) throws(StoreError) -> [ContentHash] {
        var missing: [ContentHash] = []
        for asset in snapshot.assets {
            guard let hash = asset.picture?.hash, !missing.contains(hash) else { continue }
            if try !store.hasArtifact(hash, owner: snapshot.owner) { missing.append(hash) }
        }
        return missing
    }

    var records: RecordRunner<CaseKey, JobState> {
        guard let runner = runner.withLock({ $0 }) else { preconditionFailure("set in init") }
        return runner
    }

    static var shuttingDown: String { "the process is shutting down" }
}
