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
    let roster: ProviderRoster
    let measures: Measures
    /// Nil where nobody looks for alerts.
    private let alerts: DeliveryAlerts?
    private let generation: Generation
    private let telling: Telling
    /// Triggers refused since the last one that was not.
    private let turnedAway = Locked(0)
    private let desk = ReplyDesk<RunReply>()
    /// Triggers being written: of a crowd so many are in memory as records and bytes.
    private let admissions = Turns(width: 64)
    let refreshes = Locked(RecentQuestions<RemoteCall>())
    let attempts = TaskYard<AttemptName>()
    let shutdown = ShutdownGate()
    /// Reads and decodes records by the thousand, off the cooperative pool.
    let loader = BlockingPool(name: "run-loader", threads: 1)
    private let runner = Locked<RecordRunner<JobID, RunState>?>(nil)
    private let calls = Locked<CallDesk?>(nil)

    struct AttemptName: Hashable, Sendable {
        let job: JobID
        let epoch: Int
        let asset: AssetID
    }

    public init(
        store: any Stores, roster: ProviderRoster, transformer: any ImageTransformer, sender: any SnapshotSender,
        clock: any EngineClock, random: any RandomSource, settings: WorkerSettings,
        inputs: (any InputSource)? = nil, alerts: (any AlertSender)? = nil, alertSettings: AlertSettings? = nil,
        measures: Measures = Measures(), logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.settings = settings
        self.logger = logger
        self.measures = measures
        self.alerts = alertSettings.map { settings in
            let desk = AlertDesk(
                store: store, sender: alerts, clock: clock, random: random, measures: measures, logger: logger)
            return DeliveryAlerts(desk: desk, interval: settings.interval, clock: clock, logger: logger)
        }
        let specifications = SpecificationCache(store: store)
        self.roster = roster
        generation = Generation(
            roster: roster, transformer: transformer, specifications: specifications, inputs: inputs)
        telling = Telling(store: store, sender: sender)
        let runner = RecordRunner<JobID, RunState>(
            store: store, clock: clock, random: random, logger: logger, context: settings.policy,
            storeKey: { Keys.run($0) },
            perform: { [weak self] job, action, record in self?.perform(job, action, record) })
        self.runner.withLock { $0 = runner }
        let gate = CallGate(
            hasBreakers: settings.hasBreakers, callsAtOnce: settings.callsAtOnce, limits: { roster.limits(of: $0) })
        let calls = CallDesk(gate, clock: clock, perform: { [weak self] in self?.perform($0) })
        self.calls.withLock { $0 = calls }
        measures.add { [weak self] in self?.presentMeasures ?? [] }
    }

    /// Takes up unfinished runs, then works until a graceful shutdown, or until the task is canceled. A shutdown takes no
    /// new work and lets what is in flight end within the grace; see ``WorkerSettings/shutdownGrace``. A cancel cuts
    /// off as a crash does. In either case the next start takes up what is left.
    public func run() async throws {
        // Without a store that can be read there is nothing to serve.
        let waiting = try await resumeBegun()
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.records.run() }
                group.addTask { await self.callDesk.run() }
                group.addTask {
                    await StoreKeeping(store: self.store, clock: self.clock, logger: self.logger).run()
                }
                if let alerts { group.addTask { await alerts.run() } }
                group.addTask {
                    await self.resume(waiting)
                    await self.sweep()
                }
                await drainWhenAsked()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.callDesk.close()
            self.shutdown.advance(to: .draining)
        }
        await attempts.close()
        desk.close()
    }

    /// The answer to a trigger; nil if the worker is shutting down.
    public func accept(_ proposal: RunProposal) async -> RunReply? {
        if isDraining { return nil }
        guard records.isInHand(proposal.record.jobID) || records.inHand < settings.maximumRuns else {
            return turnAway()
        }
        turnedAway.withLock { $0 = 0 }
        let job = proposal.record.jobID
        return await admissions.run { await desk.ask { records.send(.requested($0, proposal), to: job) } } ?? nil
    }

    /// Those who are turned away come back the later the more of them there are, so that they do not come all at once.
    private func turnAway() -> RunReply {
        let before = turnedAway.withLock { count in
            defer { count += 1 }
            return count
        }
        measures.note(.runsRefused)
        let seconds = min(Self.longestAbsence, 2 + before / Self.turnedAwayEachSecond)
        return .busy("the worker has \(settings.maximumRuns) runs in hand", retryAfter: seconds)
    }

    private static let turnedAwayEachSecond = 20
    private static let longestAbsence = 120

    /// - Parameter epoch: this one and all before it; nil for the one that is here, or else for the first that comes.
    public func cancel(_ job: JobID, epoch: Int? = nil) async -> RunReply? {
        await desk.ask { records.send(.cancelRequested($0, RunCancel(job: job, epoch: epoch)), to: job) }
    }

    /// Tells the receiver the outcome once more, whatever became of its delivery.
    public func redeliver(_ job: JobID) async -> RunReply? {
        await desk.ask { records.send(.redeliveryRequested($0), to: job) }
    }

    var records: RecordRunner<JobID, RunState> {
        guard let runner = runner.withLock({ $0 }) else { preconditionFailure("set in init") }
        return runner
    }

    var callDesk: CallDesk {
        guard let desk = calls.withLock({ $0 }) else { preconditionFailure("set in init") }
        return desk
    }

    private func perform(_ job: JobID, _ action: RunAction, _ record: RunRecord?) {
        switch action {
        case .startAttempt(let order):
            if let record { startAttempt(job, order, of: record) } else { callDesk.giveBack([order.permit]) }
        case .demand(let demand, let owner, let acceptedAt):
            callDesk.demand(demand, of: job, owner: owner, acceptedAt: acceptedAt)
        case .giveBack(let permits):
            callDesk.giveBack(permits)
        case .abortAttempt(let asset, let epoch):
            attempts.cancel(AttemptName(job: job, epoch: epoch, asset: asset))
        case .upload(let hash):
            guard let record else { return }
            attempts.start {
                let answer = await self.telling.upload(hash, of: record)
                if !Task.isCancelled { self.records.send(.uploadEnded(hash, answer), to: job) }
            }
        case .deliver(let snapshot):
            attempts.start {
                let answer = await self.telling.deliver(snapshot)
                // Cut off by our own end: no try of the schedule.
                if Task.isCancelled { return }
                self.records.send(.deliveryEnded(epoch: snapshot.epoch, version: snapshot.version, answer), to: job)
            }
        case .reply(let token, let reply):
            desk.answer(token, reply)
        case .log(let entry):
            RunLog.write(entry, job: job, record: record, to: logger)
            measures.note(RunMeasures.notes(entry, record: record))
            alerts?.note(entry, of: record)
        }
    }

    /// - Parameter record: the one that the intent was committed with, whatever has become of the run since.
    private func startAttempt(_ job: JobID, _ order: CallOrder, of record: RunRecord) {
        let (epoch, asset, start) = (record.epoch, order.asset, order.start)
        attempts.start(AttemptName(job: job, epoch: epoch, asset: asset)) {
            let observer = CallObserver(
                sent: { self.callDesk.sent(order.permit) },
                named: { self.records.send(.callNamed(asset, epoch: epoch, start: start, $0), to: job) })
            // One whose order was on its way when the shutdown came.
            let mayStart = !self.isDraining
            let begun = ContinuousClock.now
            let ended =
                mayStart
                ? await self.generation.attempt(order, of: record, observer: observer) : .interrupted(.beforeSend)
            let result = self.shutdown.phase == .aborting ? ended.asInterrupted : ended
            let took = ContinuousClock.now - begun
            self.measures.note(
                RunMeasures.notes(
                    result, at: order.permit.lane, isQuestion: order.resuming != nil, in: record, took: took))
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
        case .log(let entry):
            RunLog.write(entry, to: logger)
            measures.note(RunMeasures.notes(entry, roster: roster))
        }
    }
}
