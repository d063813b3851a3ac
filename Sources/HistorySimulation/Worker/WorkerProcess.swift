import JobModel

/// What `WorkerService` and its `CallDesk` do: takes runs, makes their assets, tells their receivers, and takes up at the
/// start what an earlier process left unfinished.
final class WorkerProcess: Process {
    let index: Int
    let store: Disk<JobID, RunRecord>
    private var driver: RecordDriver<JobID, RunState>?
    private var gate: CallGate
    private var gateAlarm = AlarmClock()
    private var desk: [ReplyToken: (RunReply) -> Void] = [:]
    private var nextToken: ReplyToken = 1
    /// Calls in flight; a name stands for the last one begun under it.
    var attempts: [AttemptName: ProviderCall] = [:]
    var sweeper = Sweeper()

    struct AttemptName: Hashable {
        let job: JobID
        let epoch: Int
        let asset: AssetID
    }

    init(_ world: World, worker index: Int, skew: Int64) {
        self.index = index
        store = world.stores[index]
        let limits = world.profile.providerLimits
        gate = CallGate(limits: { _ in limits })
        super.init(world, .worker(index), skew: skew)
        driver = RecordDriver(self, disk: store, context: RunPolicy()) { [unowned self] in perform($0, $1, $2) }
    }

    var records: RecordDriver<JobID, RunState> {
        guard let driver else { preconditionFailure("set in init") }
        return driver
    }

    func resumeAll() {
        for key in store.keys where store.entries[key]?.record.isAtRest == false { records.send(.resumed, to: key) }
    }

    func ask(_ job: JobID, _ event: (ReplyToken) -> RunEvent, _ answer: @escaping (RunReply) -> Void) {
        let token = nextToken
        nextToken += 1
        desk[token] = answer
        records.send(event(token), to: job)
    }

    private func perform(_ job: JobID, _ action: RunAction, _ record: RunRecord?) {
        world.count(Happening(action))
        switch action {
        case .startAttempt(let order):
            if let record { start(job, order, of: record) } else { giveBack([order.permit]) }
        case .demand(let demand, let owner, let acceptedAt):
            let now = now
            feed { $0.demand(demand, of: job, owner: owner, acceptedAt: acceptedAt, now: now) }
        case .giveBack(let permits): giveBack(permits)
        case .abortAttempt(let asset, let epoch):
            attempts[AttemptName(job: job, epoch: epoch, asset: asset)]?.abort()
        case .upload(let hash):
            if let record { upload(hash, of: record) }
        case .deliver(let snapshot): deliver(snapshot)
        case .reply(let token, let reply):
            world.count(Happening(reply))
            world.books.check(reply, of: job, by: self)
            desk.removeValue(forKey: token)?(reply)
        case .log(let entry): world.trace(self, "\(job): \(entry)")
        }
    }

    override func die() {
        super.die()
        desk = [:]
        attempts = [:]
        world.books.lose(self)
    }

    // MARK: The gate

    private func giveBack(_ permits: [CallPermit]) {
        let now = now
        feed { $0.giveBack(permits, now: now) }
    }

    func sent(_ permit: CallPermit) {
        gate.sent(permit, now: now)
        armGate()
    }

    func ended(_ permit: CallPermit, _ end: CallEnd) -> CallPermit? {
        let now = now
        var next: CallPermit?
        feed { gate in
            let (permit, actions) = gate.ended(permit, end, now: now)
            next = permit
            return actions
        }
        return next
    }

    private func feed(_ change: (inout CallGate) -> [CallGateAction]) {
        for action in change(&gate) { perform(action) }
        armGate()
    }

    private func armGate() {
        guard let ring = gateAlarm.mustRing(gate.nextWake) else { return }
        after(max(0, ring.at - now), .wake) { [unowned self] in
            guard gateAlarm.rings(ring.number) else { return }
            feed { $0.tick(now: now) }
        }
    }

    private func perform(_ action: CallGateAction) {
        world.count(Happening(action))
        switch action {
        case .grant(let job, let permits): records.send(.permitted(permits), to: job)
        case .place(let job, let ahead): records.send(.queued(ahead: ahead), to: job)
        case .circuitOpen(let job, let provider): records.send(.circuitOpened(provider: provider), to: job)
        case .log(let entry): world.trace(self, "gate: \(entry)")
        }
    }
}
