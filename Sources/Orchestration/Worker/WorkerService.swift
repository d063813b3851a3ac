import JobModel
import Logging
import ServiceLifecycle
import Threads

/// A worker: takes runs, makes their assets, tells their receivers, and takes up at the start what an earlier process
/// left unfinished.
public final class WorkerService: Service {
    public typealias Stores = KeyValueStore & ArtifactStore

    let store: any Stores
    let logger: Logger
    let clock: any EngineClock
    let settings: WorkerSettings
    private let roster: ProviderRoster
    private let generation: Generation
    private let telling: Telling
    private let desk = ReplyDesk<RunReply>()
    private let attempts = TaskYard<AttemptName>()
    private let runner = Locked<RecordRunner<JobID, RunState>?>(nil)
    private let calls = Locked<CallDesk?>(nil)

    struct AttemptName: Hashable, Sendable {
        let job: JobID
        let epoch: Int
        let asset: AssetID
    }

    public init(
        store: any Stores, roster: ProviderRoster, transformer: any ImageTransformer, sender: any SnapshotSender,
        clock: any EngineClock, random: any RandomSource, settings: WorkerSettings, logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.settings = settings
        self.logger = logger
        let specifications = SpecificationCache(store: store)
        self.roster = roster
        generation = Generation(roster: roster, transformer: transformer, specifications: specifications)
        telling = Telling(store: store, sender: sender)
        let runner = RecordRunner<JobID, RunState>(
            store: store, clock: clock, random: random, logger: logger, context: settings.policy,
            storeKey: { Keys.run($0) },
            perform: { [weak self] job, action, record in self?.perform(job, action, record) })
        self.runner.withLock { $0 = runner }
        let gate = CallGate(hasBreakers: settings.hasBreakers, limits: { roster.limits(of: $0) })
        let calls = CallDesk(gate, clock: clock, perform: { [weak self] in self?.perform($0) })
        self.calls.withLock { $0 = calls }
    }

    /// Takes up unfinished runs, then works until the task is canceled. What is in flight then is cut off as by a crash:
    /// the next start takes it up.
    public func run() async throws {
        try await resumeAll()
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.records.run() }
                group.addTask { await self.callDesk.run() }
                group.addTask { await self.sweep() }
            }
        }
        await attempts.close()
        desk.close()
    }

    /// The answer to a trigger; nil if the worker is shutting down.
    public func accept(_ proposal: RunProposal) async -> RunReply? {
        let isKnown = records.state(proposal.record.jobID) != nil
        guard isKnown || records.count < settings.maximumRuns else {
            return .unavailable("the worker has \(settings.maximumRuns) runs in hand")
        }
        let job = proposal.record.jobID
        return await desk.ask { records.send(.requested($0, proposal), to: job) }
    }

    /// - Parameter epoch: this one and all before it; nil for the one that is here, or else for the first that comes.
    public func cancel(_ job: JobID, epoch: Int? = nil) async -> RunReply? {
        await desk.ask { records.send(.cancelRequested($0, RunCancel(job: job, epoch: epoch)), to: job) }
    }

    /// Tells the receiver the outcome once more, whatever became of its delivery.
    public func redeliver(_ job: JobID) async -> RunReply? {
        await desk.ask { records.send(.redeliveryRequested($0), to: job) }
    }

    /// News of a provider's call is to be had (its callback came). False if this worker has no such run.
    public func nudge(_ call: RemoteCall, of job: JobID) throws(StoreError) -> Bool {
        guard try view(job) != nil else { return false }
        roster.provider(named: call.provider)?.nudge(call)
        return true
    }

    /// The run as it is known here: of one in hand the present state, otherwise the stored one.
    public func view(_ job: JobID) throws(StoreError) -> RunRecord? {
        if let state = records.state(job) { return state.record }
        guard let stored = try store.get(Keys.run(job)), !stored.isEmpty else { return nil }
        return try RecordCoding.decode(RunRecord.self, from: stored)
    }

    /// What somebody who knows a run's claim may learn of it.
    public enum News: Sendable {
        case snapshot(Snapshot)
        /// The run has ended, and its pictures are still on their way to the receiver.
        case heldBack
    }

    /// What a receiver of ours would be told now, for whoever knows the run's claim; nil for others, and of a run that was
    /// emptied. Only what is durable: what a receiver takes up must not be made again otherwise.
    public func news(of job: JobID, claim: Claim) throws(StoreError) -> News? {
        guard let stored = try store.get(Keys.run(job)), !stored.isEmpty else { return nil }
        let run = try RecordCoding.decode(RunRecord.self, from: stored)
        guard run.claim == claim, !run.isForgotten, run.artifactURL != nil else { return nil }
        return run.isHeldBack && !isUploaded(run) ? .heldBack : .snapshot(run.snapshot())
    }

    /// Whether the pictures of a run that has ended are with its receiver by now. That is told by the state in hand: after
    /// the end it changes nothing that anybody sees, and waits for a write that something else asks for.
    private func isUploaded(_ run: RunRecord) -> Bool {
        guard let held = records.state(run.jobID)?.record else { return false }
        return held.epoch == run.epoch && held.version == run.version && !held.isHeldBack
    }

    var records: RecordRunner<JobID, RunState> {
        guard let runner = runner.withLock({ $0 }) else { preconditionFailure("set in init") }
        return runner
    }

    private var callDesk: CallDesk {
        guard let desk = calls.withLock({ $0 }) else { preconditionFailure("set in init") }
        return desk
    }

    private func resumeAll() async throws(StoreError) {
        try await eachRun { job, summary in
            if summary.header.state & RunRecord.unrested != 0 { records.send(.resumed, to: job) }
        }
    }

    private func perform(_ job: JobID, _ action: RunAction, _ record: RunRecord?) {
        switch action {
        case .startAttempt(let order):
            if let record { startAttempt(job, order, of: record) } else { callDesk.giveBack([order.permit]) }
        case .demand(let demand):
            if let record { callDesk.demand(demand, of: record) } else { callDesk.forget(job) }
        case .giveBack(let permits):
            callDesk.giveBack(permits)
        case .abortAttempt(let asset, let epoch):
            attempts.cancel(AttemptName(job: job, epoch: epoch, asset: asset))
        case .upload(let hash):
            guard let record else { return }
            attempts.start {
                self.records.send(.uploadEnded(hash, await self.telling.upload(hash, of: record)), to: job)
            }
        case .deliver(let snapshot):
            attempts.start {
                let answer = await self.telling.deliver(snapshot)
                self.records.send(.deliveryEnded(epoch: snapshot.epoch, version: snapshot.version, answer), to: job)
            }
        case .reply(let token, let reply):
            desk.answer(token, reply)
        case .log(let entry):
            RunLog.write(entry, job: job, record: record, to: logger)
        }
    }

    /// - Parameter record: the one that the intent was committed with, whatever has become of the run since.
    private func startAttempt(_ job: JobID, _ order: CallOrder, of record: RunRecord) {
        let (epoch, asset, start) = (record.epoch, order.asset, order.start)
        attempts.start(AttemptName(job: job, epoch: epoch, asset: asset)) {
            let observer = CallObserver(
                sent: { self.callDesk.sent(order.permit) },
                named: { self.records.send(.callNamed(asset, epoch: epoch, start: start, $0), to: job) })
            let result = await self.generation.attempt(order, of: record, observer: observer)
            let wasCutShort = order.timeout < record.limits.attemptTimeout
            let next = self.callDesk.ended(order.permit, CallEnd(result, wasCutShort: wasCutShort))
            self.records.send(.attemptEnded(asset, epoch: epoch, start: start, result, next: next), to: job)
        }
    }

    private func perform(_ action: CallGateAction) {
        switch action {
        case .grant(let job, let permits): records.send(.permitted(permits), to: job)
        case .place(let job, let ahead): records.send(.queued(ahead: ahead), to: job)
        case .circuitOpen(let job, let provider): records.send(.circuitOpened(provider: provider), to: job)
        case .log(let entry): RunLog.write(entry, to: logger)
        }
    }
}
