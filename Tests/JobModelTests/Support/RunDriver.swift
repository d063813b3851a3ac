@testable import JobModel

/// A worker on a virtual clock. Every write commits at once; the test says how long calls, uploads and deliveries take
/// and how they end.
struct RunDriver {
    struct Start: Hashable {
        let at: Milliseconds
        let asset: AssetID
        let attempt: Int
        let timeout: Milliseconds
    }

    struct Told {
        let at: Milliseconds
        let snapshot: Snapshot
    }

    private struct Todo {
        let at: Milliseconds
        let number: Int
        let event: RunEvent
    }

    var bench = Bench<RunState>()
    private(set) var now: Milliseconds
    var dice: UInt64 = 0
    /// How long the call would take, and its end; one that takes longer than its timeout ends there.
    var call: (AssetID, _ attempt: Int) -> (after: Milliseconds, end: AttemptResult) = { _, _ in (1_000, Make.made(0)) }
    var upload: (ContentHash) -> (after: Milliseconds, end: DeliveryAnswer) = { _ in (0, .accepted(stopBy: nil)) }
    var delivery: (Snapshot) -> (after: Milliseconds, end: DeliveryAnswer) = { _ in (0, .accepted(stopBy: nil)) }

    private(set) var starts: [Start] = []
    private(set) var aborts: [(at: Milliseconds, asset: AssetID)] = []
    private(set) var told: [Told] = []
    private(set) var uploads: [(at: Milliseconds, hash: ContentHash)] = []
    private(set) var replies: [RunReply] = []
    private(set) var logs: [RunLogEntry] = []
    private var todo: [Todo] = []
    private var numbered = 0
    private var inFlight: [AssetID: Int] = [:]
    private var permits: [AssetID: CallPermit] = [:]
    /// Who may call when; the run is alone with it.
    var gate = CallGate(hasBreakers: false) { _ in ProviderLimits() }
    /// Where calls went, in the order of their start.
    private(set) var lanes: [CallLane] = []
    /// The calls that were asked about, in order.
    private(set) var questions: [RemoteCall] = []
    /// What the provider calls the asset's call, if it tells.
    var remote: (AssetID, _ attempt: Int) throws -> RemoteCall? = { _, _ in nil }

    init(now: Milliseconds = 0) { self.now = now }

    /// The record in memory, or else in the store.
    var record: RunRecord? { bench.state?.record ?? bench.stored?.record }

    func asset(_ id: String) -> AssetRun? { record?.assets.first { $0.id.text == id } }

    mutating func send(_ event: RunEvent) {
        bench.send(event, now: now, dice: dice)
        settle()
    }

    /// Takes the run as far as it goes, or up to `limit`. Bounded: no history here is longer than a few thousand events.
    mutating func run(until limit: Milliseconds = .max) {
        for _ in 0..<20_000 {
            let event = todo.min { ($0.at, $0.number) < ($1.at, $1.number) }
            let wake = [bench.nextWake, gate.nextWake].compactMap { $0 }.min()
            guard let next = [event?.at, wake].compactMap({ $0 }).min(), next <= limit else { break }
            now = max(now, next)
            if let event, event.at == next {
                todo.removeAll { $0.number == event.number }
                send(ended(event.event))
            } else {
                follow(gate.tick(now: now))
                bench.tick(now: now, dice: dice)
                settle()
            }
        }
        if limit != .max { now = max(now, limit) }
    }

    /// Time passes and nothing is done: the process stands, or the machine sleeps.
    mutating func jump(to instant: Milliseconds) { now = instant }

    /// The process ends and another takes the run up at `instant` by a clock of its own.
    mutating func restart(at instant: Milliseconds) {
        bench.crash(writeHappened: true)
        (todo, inFlight, permits) = ([], [:], [:])
        gate = CallGate(hasBreakers: false) { _ in ProviderLimits() }
        now = instant
        send(.resumed)
    }

    private mutating func settle() {
        while true {
            let actions = bench.takeActions()
            if actions.isEmpty, bench.writing == nil { return }
            for action in actions { perform(action) }
            bench.endWrite(.committed, now: now)
        }
    }

    private mutating func perform(_ action: RunAction) {
        guard let epoch = record?.epoch else { return }
        switch action {
        case .startAttempt(let order): start(order, epoch: epoch)
        case .demand(let demand, _, _):
            guard let record else { return }
            follow(
                gate.demand(
                    demand, of: record.jobID, owner: record.owner, acceptedAt: record.acceptedAt, now: now))
        case .giveBack(let permits): follow(gate.giveBack(permits, now: now))
        case .abortAttempt(let id, _):
            aborts.append((now, id))
            abort(id)
        case .upload(let hash):
            uploads.append((now, hash))
            let plan = upload(hash)
            later(plan.after, .uploadEnded(hash, plan.end))
        case .deliver(let snapshot):
            told.append(Told(at: now, snapshot: snapshot))
            let plan = delivery(snapshot)
            later(plan.after, .deliveryEnded(epoch: snapshot.epoch, version: snapshot.version, plan.end))
        case .reply(_, let reply): replies.append(reply)
        case .log(let entry): logs.append(entry)
        }
    }

    private mutating func abort(_ id: AssetID) {
        guard let number = inFlight[id], let index = todo.firstIndex(where: { $0.number == number }),
            case .attemptEnded(_, let epoch, let start, _, _) = todo[index].event
        else { return }
        todo.remove(at: index)
        inFlight[id] = numbered
        later(0, .attemptEnded(id, epoch: epoch, start: start, .failed(Make.error(.timeout))))
    }

    private mutating func start(_ order: CallOrder, epoch: Int) {
        let (id, attempt, timeout) = (order.asset, order.attempt, order.timeout)
        starts.append(Start(at: now, asset: id, attempt: attempt, timeout: timeout))
        lanes.append(CallLane(provider: order.provider, model: order.model))
        if let call = order.resuming { questions.append(call) } else { gate.sent(order.permit, now: now) }
        permits[id] = order.permit
        if order.resuming == nil, let call = try? remote(id, attempt) {
            later(0, .callNamed(id, epoch: epoch, start: order.start, call))
        }
        let plan = call(id, attempt)
        let isLate = plan.after > timeout
        inFlight[id] = numbered
        later(
            isLate ? timeout : plan.after,
            .attemptEnded(id, epoch: epoch, start: order.start, isLate ? .failed(Make.error(.timeout)) : plan.end))
    }

    /// The event as the worker reports it: with the right to the next call, if the gate gives one.
    private mutating func ended(_ event: RunEvent) -> RunEvent {
        guard case .attemptEnded(let id, let epoch, let start, let result, _) = event else { return event }
        inFlight[id] = nil
        guard let permit = permits.removeValue(forKey: id) else { return event }
        let (next, actions) = gate.ended(permit, CallEnd(result), now: now)
        follow(actions)
        return .attemptEnded(id, epoch: epoch, start: start, result, next: next)
    }

    private mutating func follow(_ actions: [CallGateAction]) {
        for action in actions {
            switch action {
            case .grant(_, let permits): bench.send(.permitted(permits), now: now, dice: dice)
            case .place(_, let ahead): bench.send(.queued(ahead: ahead), now: now, dice: dice)
            case .circuitOpen(_, let provider): bench.send(.circuitOpened(provider: provider), now: now, dice: dice)
            case .log: break
            }
        }
    }

    private mutating func later(_ delay: Milliseconds, _ event: RunEvent) {
        todo.append(Todo(at: now + delay, number: numbered, event: event))
        numbered += 1
    }
}

extension RunDriver {
    /// A driver whose run was accepted just now.
    static func accepted(_ record: RunRecord, prepare: (inout RunDriver) -> Void = { _ in }) -> RunDriver {
        var driver = RunDriver(now: record.acceptedAt)
        prepare(&driver)
        driver.send(.requested(1, Make.proposal(record)))
        return driver
    }

    /// When the asset's last attempt began and how long it was in the window follow from the order of these.
    func firstStart(_ id: String) -> Milliseconds? { starts.first { $0.asset.text == id }?.at }
}

extension AssetRun {
    /// How its calls and questions ended.
    var ends: [AssetEvent] { history.filter { $0.state != .generating } }
}
