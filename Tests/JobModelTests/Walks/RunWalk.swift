@testable import JobModel

/// One seeded history of a worker: a real mailroom around a run, a store that fails, a provider, a receiver and a crowd
/// of triggers that do whatever the dice say. Checks the rules after every step.
struct RunWalk {
    struct Call: Hashable {
        let asset: AssetID
        let epoch: Int
        let start: Int
    }

    let seed: UInt64
    var generator: SeededGenerator
    var bench = Bench<RunState>()
    var rules: RunRules
    var now: Milliseconds = 1_000_000
    let limits: RunLimits
    let isUnnumbered: Bool
    let artifactURL: String?
    let assets: [AssetRun]
    let providers: [ProviderTerms]
    var highestEpoch = 0
    var requests = 0

    var calls: [Call: CallPermit] = [:]
    var gate: CallGate
    var uploads: [ContentHash] = []
    var deliveries: [Snapshot] = []
    /// What was reported before and may be reported again.
    var past: [RunEvent] = []
    var step = 0

    init(seed: UInt64) throws {
        self.seed = seed
        generator = SeededGenerator(seed: seed)
        let isBarrier = generator.chance(50)
        isUnnumbered = generator.chance(30)
        artifactURL = generator.chance(50) ? Make.artifactURL : nil
        limits = RunLimits(
            attemptTimeout: 60_000, assetDeadline: generator.pick([20_000, 270_000]),
            jobDeadline: generator.pick([15_000, 300_000]),
            retry: RetryPolicy(maximumAttempts: generator.pick([1, 2, 4])), schedule: isBarrier ? .barrier : .rolling)
        let policy: UnknownOutcomePolicy = generator.pick([.retry, .hold])
        let names = generator.pick([["test"], ["test", "second"], ["test", "second", "third"]])
        providers = names.map { ProviderTerms(name: $0, model: "m", unknownOutcome: policy, prices: ["m": 10]) }
        let evidence = Int.random(in: 0...9, using: &generator)
        assets = try Make.assets(
            evidence: evidence, locations: Int.random(in: (evidence == 0 ? 1 : 0)...5, using: &generator))
        rules = RunRules(seed: seed, limits: limits)
        let isTight = generator.chance(40)
        gate = CallGate { _ in isTight ? ProviderLimits(calls: 4, window: 5_000, concurrency: 3) : ProviderLimits() }
    }

    mutating func walk(steps: Int) throws {
        if generator.chance(10) { cancel() }
        try request()
        for _ in 0..<steps { try takeStep() }
        try drain()
    }

    private mutating func takeStep() throws {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<22: endWrite()
        case 22..<48: endCall()
        case 48..<58: endUpload()
        case 58..<70: endDelivery()
        case 70..<84: passTime()
        case 84..<86: repeatThePast()
        case 86..<88: try nameCall()
        case 88..<91: try request()
        case 91..<92: cancel()
        case 92..<94: bench.send(.redeliveryRequested(1), now: now, dice: generator.next())
        case 94..<95: touchStored()
        case 95..<96: sweep()
        case 96..<97: bench.isUnreadable.toggle()
        default: crash()
        }
        try finishStep()
    }

    /// Lets actions go until none is left, and holds everything against the rules.
    private mutating func finishStep() throws {
        step += 1
        rules.step = step
        try rules.check(bench)
        while case let actions = bench.takeActions(), !actions.isEmpty {
            for action in actions { try perform(action) }
        }
        if bench.isPaused, generator.chance(50) { bench.resumeWriting(now: now) }
    }

    private mutating func perform(_ action: RunAction) throws {
        try rules.check(action, bench: bench, calls: calls, deliveries: deliveries)
        switch action {
        case .startAttempt(let order):
            let epoch = bench.stored?.record.epoch ?? 0
            calls[Call(asset: order.asset, epoch: epoch, start: order.start)] = order.permit
            if order.resuming == nil { gate.sent(order.permit, now: now) }
        case .demand(let demand, _, _): try follow(demand)
        case .giveBack(let permits): follow(gate.giveBack(permits, now: now))
        case .abortAttempt(let id, let epoch):
            guard let call = calls.keys.first(where: { $0.asset == id && $0.epoch == epoch }), generator.chance(80)
            else { return }
            let phase: MediaError.Phase = generator.pick([.beforeSend, .afterSend])
            end(call, .failed(Make.error(generator.pick([.timeout, .canceled, .outcomeUnknown]), phase: phase)))
        case .upload(let hash): uploads.append(hash)
        case .deliver(let snapshot): deliveries.append(snapshot)
        case .reply, .log: break
        }
    }

    mutating func end(_ call: Call, _ result: AttemptResult) {
        guard let permit = calls.removeValue(forKey: call) else { return }
        let (next, actions) = gate.ended(permit, CallEnd(result), now: now)
        follow(actions)
        report(.attemptEnded(call.asset, epoch: call.epoch, start: call.start, result, next: next))
    }

    private mutating func follow(_ demand: CallDemand) throws {
        guard let record = bench.state?.record ?? bench.stored?.record else { return }
        follow(gate.demand(demand, of: record.jobID, owner: record.owner, acceptedAt: record.acceptedAt, now: now))
    }

    mutating func follow(_ actions: [CallGateAction]) {
        for action in actions {
            switch action {
            case .grant(_, let permits): bench.send(.permitted(permits), now: now, dice: generator.next())
            case .place(_, let ahead): bench.send(.queued(ahead: ahead), now: now, dice: generator.next())
            case .circuitOpen(_, let provider):
                bench.send(.circuitOpened(provider: provider), now: now, dice: generator.next())
            case .log: break
            }
        }
    }

    mutating func report(_ event: RunEvent) {
        past.append(event)
        bench.send(event, now: now, dice: generator.next())
    }
}

/// The dice's moves.
extension RunWalk {
    private mutating func endWrite() {
        let end: Bench<RunState>.WriteEnd =
            generator.chance(85) ? .committed : generator.pick(Bench<RunState>.WriteEnd.allCases)
        bench.endWrite(end, now: now)
    }

    private mutating func endCall() {
        // Sorted: a set has an order of its own in every process, and a history must be replayable.
        let running = calls.keys.sorted { ($0.asset.text, $0.epoch) < ($1.asset.text, $1.epoch) }
        guard !running.isEmpty else { return }
        let call = generator.pick(running)
        if generator.chance(3) { return end(call, .interrupted(generator.pick([.beforeSend, .afterSend]))) }
        guard generator.chance(60) else {
            let hint: Milliseconds? =
                generator.chance(20) ? Milliseconds.random(in: 0...400_000, using: &generator) : nil
            let phase: MediaError.Phase = generator.pick([.beforeSend, .afterSend, .answerRead])
            let kind = generator.pick(MediaError.Kind.allCases)
            return end(call, .failed(Make.error(kind, retryAfter: hint, phase: phase)))
        }
        // Now and then two assets come to the same bytes.
        end(call, Make.made(Int.random(in: 0...40, using: &generator)))
    }

    private mutating func endUpload() {
        guard !uploads.isEmpty else { return }
        let hash = uploads.remove(at: Int.random(in: uploads.indices, using: &generator))
        report(.uploadEnded(hash, answer(missing: [])))
    }

    private mutating func endDelivery() {
        guard !deliveries.isEmpty else { return }
        let snapshot = deliveries.remove(at: Int.random(in: deliveries.indices, using: &generator))
        let missing = snapshot.assets.compactMap(\.picture?.hash).filter { _ in generator.chance(40) }
        report(.deliveryEnded(epoch: snapshot.epoch, version: snapshot.version, answer(missing: missing)))
    }

    private mutating func answer(missing: [ContentHash]) -> DeliveryAnswer {
        let later = now + Milliseconds.random(in: 1_000...600_000, using: &generator)
        return switch Int.random(in: 0..<100, using: &generator) {
        case 0..<50: .accepted(stopBy: generator.chance(50) ? later : nil)
        case 50..<60: .alreadyKnown
        case 60..<63: .superseded
        case 63..<65: .gone
        case 65..<75: .artifactsMissing(missing, reason: "422")
        case 75..<80: .refused(reason: "400")
        default: .failed(reason: "503", retryAfter: generator.chance(30) ? 90_000_000 : nil)
        }
    }

    private mutating func cancel() {
        let epoch: Int? = generator.pick([nil, max(1, highestEpoch), max(1, highestEpoch + 1)])
        bench.send(Make.cancel(1, epoch: epoch), now: now, dice: generator.next())
    }

    /// The time of what is at rest has come, or a pass over all runs finds one that a clock wrote which was wrong.
    private mutating func sweep() {
        guard let record = bench.stored?.record, record.isAtRest, calls.isEmpty else { return }
        if generator.chance(80) { now = max(now, record.keptUntil ?? now) }
        bench.send(.tick, now: now, dice: generator.next())
    }

    private mutating func nameCall() throws {
        guard let call = calls.keys.sorted(by: { ($0.asset.text, $0.epoch) < ($1.asset.text, $1.epoch) }).first else {
            return
        }
        let name = try RemoteCall(provider: "test", id: "call-\(generator.pick([1, 2, 3]))")
        report(.callNamed(call.asset, epoch: call.epoch, start: call.start, name))
    }

    private mutating func passTime() {
        if generator.chance(50), let wake = [bench.nextWake, gate.nextWake].compactMap({ $0 }).min() {
            now = max(now, wake)
        } else {
            now += Milliseconds.random(in: 0...20_000, using: &generator)
        }
        follow(gate.tick(now: now))
        bench.tick(now: now, dice: generator.next())
    }

    private mutating func repeatThePast() {
        guard !past.isEmpty else { return }
        bench.send(generator.pick(past), now: now, dice: generator.next())
    }

    /// The record gets another revision under the worker's feet. Not while the worker has yet to see whether a write of
    /// its own happened: nobody else writes a run, so it would find its own.
    private mutating func touchStored() {
        if let record = bench.stored?.record, !bench.isPaused { bench.replaceStored(record) }
    }

    private mutating func crash() {
        bench.crash(writeHappened: generator.chance(50))
        (calls, uploads, deliveries, past) = ([:], [], [], [])
        let isTight = generator.chance(40)
        gate = CallGate { _ in isTight ? ProviderLimits(calls: 4, window: 5_000, concurrency: 3) : ProviderLimits() }
        now += generator.pick([5, 3_000, 100_000_000, -100_000_000])
        if let record = bench.stored?.record, !record.isAtRest {
            bench.send(.resumed, now: now, dice: generator.next())
        }
    }

    private mutating func request() throws {
        requests += 1
        let token = ReplyToken(requests)
        let claim: Claim? = generator.chance(10) ? try Claim("stranger") : nil
        var epoch = 1
        if !isUnnumbered {
            epoch = max(1, highestEpoch + generator.pick([-1, 0, 0, 0, 1]))
            highestEpoch = max(highestEpoch, epoch)
        }
        let record = try Make.run(
            epoch: epoch, claim: claim, stopBy: generator.chance(30) ? now + 100_000 : nil,
            request: generator.pick([7, 7, 8]), artifactURL: artifactURL, limits: limits, providers: providers,
            acceptedAt: now,
            assets: epoch > 1 && generator.chance(50) ? keptAssets() : assets)
        let proposal = Make.proposal(record, isUnnumbered: isUnnumbered)
        bench.send(.requested(token, proposal), now: now, dice: generator.next())
    }

    private func keptAssets() -> [AssetRun] {
        guard let known = bench.stored?.record.assets, known.count == assets.count else { return assets }
        return zip(assets, known).map { asset, known in
            guard known.state == .generated, let picture = known.picture else { return asset }
            return AssetRun(
                kept: KeptAsset(id: asset.id, picture: picture, source: known.source, attempts: known.attempts),
                kind: asset.kind, priority: asset.priority)
        }
    }
}

/// What must be true of every history however it went: when the world behaves, the run ends and is forgotten.
extension RunWalk {
    private mutating func drain() throws {
        bench.isUnreadable = false
        for _ in 0..<3_000 {
            bench.endWrite(.committed, now: now)
            if bench.isPaused { bench.resumeWriting(now: now) }
            try finishStep()
            if let call = calls.keys.first {
                end(call, .failed(Make.error(.network)))
            } else if let hash = uploads.popLast() {
                report(.uploadEnded(hash, .accepted(stopBy: nil)))
            } else if let snapshot = deliveries.popLast() {
                report(.deliveryEnded(epoch: snapshot.epoch, version: snapshot.version, .accepted(stopBy: nil)))
            } else if bench.writing == nil, !bench.isPaused {
                guard let wake = [bench.nextWake, gate.nextWake].compactMap({ $0 }).min() else { break }
                now = max(now, wake)
                follow(gate.tick(now: now))
                bench.tick(now: now, dice: 0)
            }
            try finishStep()
        }
        // A run that came to rest in a process that died before it could say so is found by the pass over all runs.
        if bench.stored?.record.isAtRest == true {
            bench.send(.tick, now: now)
            bench.endWrite(.committed, now: now)
        }
        // A first request that the store refused leaves no run at all.
        guard let record = bench.stored?.record else { return }
        if !record.isFinished { throw broken("the run never ended: \(record.assets.map(\.state)), \(gate)") }
        if !record.delivery.isAtRest { throw broken("the delivery never ended: \(record.delivery)") }
        if record.keptUntil == nil { throw broken("the run would be kept for ever") }
        if bench.mailroom.count != 0 { throw broken("an ended run is still held in memory") }
        if gate.inFlight != 0 { throw broken("\(gate.inFlight) permits were never given back") }
    }

    private func broken(_ rule: String) -> BrokenRule { BrokenRule(rule, seed: seed, step: step) }
}
