import Testing

@testable import JobModel

/// One seeded history of a gate: jobs of several owners that come, change their minds, are forgotten, and in the end
/// want nothing but to be served. Holds it against a plain count of what is in flight and what left when.
struct GateWalk {
    private struct Job {
        let owner: String
        let acceptedAt: Milliseconds
        let lane: CallLane
        var assets: Int
        /// Calls that wait for their start.
        var held: [CallPermit] = []
        var flying: [CallPermit] = []
        var demand = CallDemand.nothing
    }

    private static let lanes = [
        CallLane(provider: "a", model: "1"), CallLane(provider: "a", model: "2"), CallLane(provider: "b", model: "1"),
    ]

    let seed: UInt64
    var generator: SeededGenerator
    private var gate: CallGate
    private var limits: [String: ProviderLimits] = [:]
    private let callsAtOnce: Int?
    private var jobs: [String: Job] = [:]
    private var sends: [CallLane: [Milliseconds]] = [:]
    private var now: Milliseconds = 1_000_000
    private var numbered = 0
    private var step = 0

    init(seed: UInt64) {
        self.seed = seed
        var generator = SeededGenerator(seed: seed)
        var limits: [String: ProviderLimits] = [:]
        for provider in ["a", "b"] {
            limits[provider] = ProviderLimits(
                calls: generator.pick([nil, 1, 5, 60]), window: generator.pick([500, 60_000]),
                concurrency: generator.pick([nil, 1, 4]))
        }
        let fixed = limits
        callsAtOnce = generator.pick([nil, nil, 3, 8])
        gate = CallGate(hasBreakers: generator.chance(70), callsAtOnce: callsAtOnce) { fixed[$0] ?? ProviderLimits() }
        self.limits = limits
        self.generator = generator
    }

    mutating func walk(steps: Int) throws {
        for _ in 0..<steps {
            switch Int.random(in: 0..<100, using: &generator) {
            case 0..<12: try enter()
            case 12..<40: try send()
            case 40..<70: try end(generator.pick([.answered, .answered, .answered, .limited, .down, .neutral]))
            case 70..<75: try giveBack()
            case 75..<78: try forget()
            case 78..<85: now += Milliseconds.random(in: 0...5_000, using: &generator)
            default: try tick()
            }
            try check()
        }
        try drain()
    }

    // MARK: Moves

    private var names: [String] { jobs.keys.sorted() }

    private mutating func enter() throws {
        guard jobs.count < 30 else { return }
        numbered += 1
        let job = Job(
            owner: "owner-\(generator.pick([1, 1, 1, 2, 3]))", acceptedAt: now - generator.pick([0, 0, 10_000]),
            lane: generator.pick(Self.lanes), assets: generator.pick([1, 3, 14, 60]))
        jobs["job_\(numbered)"] = job
        try ask("job_\(numbered)")
    }

    /// As a run would: five slots, and what is in flight or about to be takes one.
    private mutating func ask(_ name: String) throws {
        guard var job = jobs[name] else { return }
        let busy = job.held.count + job.flying.count
        let ready = min(5 - busy, job.assets - busy)
        let next = min(busy, job.assets - busy - max(0, ready))
        let demand = GateDesk.demand(now: max(0, ready), next: max(0, next), left: job.assets, lane: job.lane)
        guard demand != job.demand else { return }
        job.demand = demand
        jobs[name] = job
        follow(
            gate.demand(
                demand, of: try JobID(name), owner: try OwnerID(job.owner), acceptedAt: job.acceptedAt, now: now))
        if job.assets == 0 { jobs[name] = nil }
    }

    private mutating func send() throws {
        guard let name = pick(where: { !$0.held.isEmpty }), let permit = jobs[name]?.held.removeFirst() else { return }
        gate.sent(permit, now: now)
        sends[permit.lane, default: []].append(now)
        jobs[name]?.flying.append(permit)
        try ask(name)
    }

    private mutating func end(_ end: CallEnd) throws {
        guard let name = pick(where: { !$0.flying.isEmpty }), let permit = jobs[name]?.flying.removeFirst() else {
            return
        }
        if end == .answered { jobs[name]?.assets -= 1 }
        let (next, actions) = gate.ended(permit, end, now: now)
        if let next { jobs[name]?.held.append(next) }
        follow(actions)
        // The run takes the permit in as it hears of the end, and asks for what it wants then.
        jobs[name]?.demand = .nothing
        try ask(name)
    }

    private mutating func giveBack() throws {
        guard let name = pick(where: { !$0.held.isEmpty }), let permits = jobs[name]?.held else { return }
        jobs[name]?.held = []
        follow(gate.giveBack(permits, now: now))
        jobs[name]?.demand = .nothing
        try ask(name)
    }

    private mutating func forget() throws {
        guard let name = pick(where: { _ in true }), let job = jobs.removeValue(forKey: name) else { return }
        follow(
            gate.demand(
                .nothing, of: try JobID(name), owner: try OwnerID(job.owner), acceptedAt: job.acceptedAt, now: now))
        follow(gate.giveBack(job.held, now: now))
        for permit in job.flying { follow(gate.ended(permit, .neutral, now: now).actions) }
    }

    private mutating func tick() throws {
        if let wake = gate.nextWake { now = max(now, wake) }
        follow(gate.tick(now: now))
        try require(gate.nextWake.map { $0 > now } ?? true, "it wakes again at once: that is a busy loop")
    }

    private mutating func pick(where isFit: (Job) -> Bool) -> String? {
        let fitting = names.filter { jobs[$0].map(isFit) ?? false }
        return fitting.isEmpty ? nil : generator.pick(fitting)
    }

    private mutating func follow(_ actions: [CallGateAction]) {
        for case .grant(let id, let permits) in actions {
            if jobs[id.text] != nil {
                jobs[id.text]?.held += permits
            } else {
                follow(gate.giveBack(permits, now: now))
            }
        }
    }

    // MARK: Rules

    private func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws {
        if !holds { throw BrokenRule(rule(), seed: seed, step: step) }
    }

    private mutating func check() throws {
        step += 1
        let permits = jobs.values.flatMap { $0.held + $0.flying }
        try require(permits.count == gate.inFlight, "\(permits.count) permits, \(gate.inFlight) at the gate")
        try require(permits.count <= callsAtOnce ?? .max, "\(permits.count) calls at once")
        for lane in Self.lanes {
            let bounds = limits[lane.provider] ?? ProviderLimits()
            let busy = permits.count { $0.lane == lane }
            try require(busy <= bounds.concurrency ?? .max, "\(busy) in flight in \(lane)")
            guard let calls = bounds.calls, let sent = sends[lane], sent.count > calls else { continue }
            let stretch = sent[sent.count - 1] - sent[sent.count - 1 - calls]
            try require(stretch > bounds.window, "\(calls + 1) calls within \(stretch) ms in \(lane)")
        }
        for (name, job) in jobs {
            try require(job.held.count + job.flying.count <= 5, "\(name) has more permits than it asked for")
        }
    }

    /// The world behaves: everybody is served, by the gate's own wakes alone, and nothing is left.
    private mutating func drain() throws {
        var idle = 0
        for _ in 0..<60_000 where !jobs.isEmpty {
            if jobs.values.contains(where: { !$0.held.isEmpty }) {
                try send()
            } else if jobs.values.contains(where: { !$0.flying.isEmpty }) {
                now += 100
                try end(.answered)
            } else {
                guard let wake = gate.nextWake else {
                    throw BrokenRule("nobody wakes the gate", seed: seed, step: step)
                }
                let before = gate.inFlight
                now = max(now, wake)
                try tick()
                // A wake brings somebody a permit, or is the round of the places.
                idle = gate.inFlight > before ? 0 : idle + 1
                try require(idle < 200, "the gate wakes and gives nothing to \(jobs.count) jobs")
            }
            try check()
        }
        try require(jobs.isEmpty, "\(jobs.count) jobs were never served")
        try require(gate.isEmpty, "something is left at the gate")
        follow(gate.tick(now: now + 60_000))
        try require(gate.nextWake == nil, "it wakes for nobody")
    }
}

@Suite("Random histories of a gate")
struct GateWalkTests {
    @Test("keep every limit at every step, serve everybody and leave nothing", arguments: Seeds.parts(of: 80))
    func walk(seeds: ClosedRange<UInt64>) throws {
        for seed in seeds {
            var walk = GateWalk(seed: seed)
            try walk.walk(steps: 250)
        }
    }
}
