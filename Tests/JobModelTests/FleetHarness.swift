@testable import JobModel

/// Many runs, each in a mailroom of its own whose writes commit at once, behind one gate, on a virtual clock.
struct Fleet {
    /// What the provider does with one call.
    struct Answer {
        var after: Milliseconds
        var result: AttemptResult
    }

    struct Call {
        /// When it reached the provider: a little after it left.
        let arrivedAt: Milliseconds
        let lane: CallLane
        let run: Int
        let asset: AssetID
        let isQuestion: Bool
    }

    private struct Todo {
        let at: Milliseconds
        let number: Int
        let run: Int
        let event: RunEvent
    }

    private(set) var now: Milliseconds = 1_000_000
    private(set) var calls: [Call] = []
    private(set) var places: [(run: Int, ahead: Int)] = []
    private(set) var gateLog: [(at: Milliseconds, entry: CallGateLogEntry)] = []
    /// The most that were under way at one time.
    private(set) var highWater = 0
    private var benches: [Bench<RunState>] = []
    private var indexes: [JobID: Int] = [:]
    private var permits: [String: CallPermit] = [:]
    private var queue = DueQueue<Int>()
    private var todo: [Int: Todo] = [:]
    private var numbered = 0
    private(set) var gate: CallGate
    var generator: SeededGenerator
    var answer: (inout SeededGenerator, CallOrder, _ now: Milliseconds) throws -> Answer

    init(
        seed: UInt64, limits: @escaping @Sendable (String) -> ProviderLimits,
        answer: @escaping (inout SeededGenerator, CallOrder, _ now: Milliseconds) throws -> Answer
    ) {
        generator = SeededGenerator(seed: seed)
        gate = CallGate(limits: limits)
        self.answer = answer
    }

    var records: [RunRecord] { benches.compactMap { $0.state?.record ?? $0.stored?.record } }

    var isDone: Bool { benches.allSatisfy { $0.mailroom.count == 0 } }

    /// Log-normal with a median of 9 seconds: one in forty takes longer than 24.
    static func latency(_ generator: inout SeededGenerator) -> Milliseconds {
        // Twelve even numbers add up to a normal one; e to its power is what many small steps of growth come to.
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
        let power = (0..<12).reduce(1 + 0.5 * normal / 4_096) { power, _ in power * power }
        return Milliseconds(min(58_000, 9_000 * power))
    }

    // MARK: The world

    mutating func accept(_ record: RunRecord) throws {
        let run = benches.count
        benches.append(Bench())
        indexes[record.jobID] = run
        try send(.requested(1, Make.proposal(record)), to: run)
    }

    /// Until nothing more happens, or the time is over.
    mutating func run(until limit: Milliseconds = .max) throws {
        for _ in 0..<1_000_000 {
            var wake = gate.nextWake
            for index in benches.indices {
                if let own = benches[index].nextWake { wake = min(wake ?? own, own) }
            }
            guard let next = [queue.next, wake].compactMap({ $0 }).min(), next <= limit else { break }
            now = max(now, next)
            for number in queue.popDue(at: now) {
                guard let due = todo.removeValue(forKey: number) else { continue }
                try send(ended(due), to: due.run)
            }
            try follow(gate.tick(now: now))
            for index in benches.indices {
                guard let own = benches[index].nextWake, own <= now else { continue }
                benches[index].tick(now: now, dice: generator.next())
                try settle(index)
            }
        }
        if limit != .max { now = max(now, limit) }
    }

    mutating func send(_ event: RunEvent, to run: Int) throws {
        benches[run].send(event, now: now, dice: generator.next())
        try settle(run)
    }

    private mutating func settle(_ run: Int) throws {
        while true {
            let actions = benches[run].takeActions()
            if actions.isEmpty, benches[run].writing == nil { return }
            for action in actions { try perform(action, run) }
            benches[run].endWrite(.committed, now: now)
        }
    }

    private mutating func perform(_ action: RunAction, _ run: Int) throws {
        switch action {
        case .startAttempt(let order): try start(order, run)
        case .demand(let demand, _, _):
            guard let record = benches[run].state?.record ?? benches[run].stored?.record else { return }
            try follow(
                gate.demand(
                    demand, of: record.jobID, owner: record.owner, acceptedAt: record.acceptedAt, now: now))
        case .giveBack(let permits): try follow(gate.giveBack(permits, now: now))
        case .abortAttempt(let id, _):
            guard let due = todo.values.first(where: { $0.run == run && $0.event.isEnd(of: id) }),
                case .attemptEnded(_, let epoch, let start, _, _) = due.event
            else { return }
            todo[due.number] = nil
            queue.set(due.number, due: nil)
            later(0, run, .attemptEnded(id, epoch: epoch, start: start, .failed(Make.error(.canceled))))
        case .upload(let hash): later(0, run, .uploadEnded(hash, .accepted(stopBy: nil)))
        case .deliver(let told):
            later(0, run, .deliveryEnded(epoch: told.epoch, version: told.version, .accepted(stopBy: nil)))
        case .reply, .log: break
        }
    }

    private mutating func start(_ order: CallOrder, _ run: Int) throws {
        let isQuestion = order.resuming != nil
        if !isQuestion { gate.sent(order.permit, now: now) }
        let lag = Milliseconds.random(in: 0...200, using: &generator)
        calls.append(
            Call(
                arrivedAt: now + lag, lane: order.permit.lane, run: run, asset: order.asset, isQuestion: isQuestion))
        permits["\(run) \(order.asset) \(order.start)"] = order.permit
        highWater = max(highWater, permits.count)
        let answer = try answer(&generator, order, now)
        let isLate = answer.after > order.timeout
        let late = AttemptResult.failed(Make.error(.timeout, phase: .afterSend))
        later(
            isLate ? order.timeout : answer.after, run,
            .attemptEnded(order.asset, epoch: 1, start: order.start, isLate ? late : answer.result))
    }

    private mutating func ended(_ due: Todo) throws -> RunEvent {
        guard case .attemptEnded(let id, let epoch, let start, let result, _) = due.event,
            let permit = permits.removeValue(forKey: "\(due.run) \(id) \(start)")
        else { return due.event }
        let (next, actions) = gate.ended(permit, CallEnd(result), now: now)
        try follow(actions)
        return .attemptEnded(id, epoch: epoch, start: start, result, next: next)
    }

    private mutating func follow(_ actions: [CallGateAction]) throws {
        for action in actions {
            switch action {
            case .grant(let job, let permits): if let run = indexes[job] { try send(.permitted(permits), to: run) }
            case .place(let job, let ahead):
                guard let run = indexes[job] else { continue }
                places.append((run, ahead))
                try send(.queued(ahead: ahead), to: run)
            case .circuitOpen(let job, let provider):
                if let run = indexes[job] { try send(.circuitOpened(provider: provider), to: run) }
            case .log(let entry): gateLog.append((now, entry))
            }
        }
    }

    private mutating func later(_ delay: Milliseconds, _ run: Int, _ event: RunEvent) {
        todo[numbered] = Todo(at: now + delay, number: numbered, run: run, event: event)
        queue.set(numbered, due: now + delay)
        numbered += 1
    }
}

extension RunEvent {
    fileprivate func isEnd(of asset: AssetID) -> Bool {
        if case .attemptEnded(asset, _, _, _, _) = self { true } else { false }
    }
}
