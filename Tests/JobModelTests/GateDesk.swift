@testable import JobModel

/// A gate that a test talks to in names and numbers.
struct GateDesk {
    var gate: CallGate
    var now: Milliseconds = 1_000_000
    private(set) var permits: [String: [CallPermit]] = [:]
    private(set) var actions: [CallGateAction] = []

    init(hasBreakers: Bool = true, _ limits: @escaping @Sendable (String) -> ProviderLimits) {
        gate = CallGate(hasBreakers: hasBreakers, limits: limits)
    }

    static func demand(
        now: Int, next: Int = 0, left: Int, timeLeft: Milliseconds = 300_000, lane: CallLane = Make.lane,
        dispensable: Set<String> = []
    ) -> CallDemand {
        CallDemand(
            now: now > 0 ? [lane: now] : [:], next: next > 0 ? [lane: next] : [:],
            callsLeft: left > 0 ? [lane: left] : [:],
            timeLeft: timeLeft, dispensable: dispensable)
    }

    mutating func ask(
        _ job: String, _ demand: CallDemand, owner: String = "owner", acceptedAt: Milliseconds = 0
    ) throws {
        take(
            gate.demand(
                demand, of: try JobID(job), owner: try OwnerID(owner), acceptedAt: acceptedAt, now: now))
    }

    mutating func forget(_ job: String) throws { try ask(job, .nothing) }

    mutating func tick(at instant: Milliseconds) {
        now = instant
        take(gate.tick(now: now))
    }

    /// The call of the job's oldest permit leaves.
    mutating func send(_ job: String) {
        if let permit = permits[job]?.first { gate.sent(permit, now: now) }
    }

    /// Ends the call of the job's oldest permit.
    /// - Returns: whether the job got the next one at once.
    @discardableResult
    mutating func end(_ job: String, _ end: CallEnd = .answered) -> Bool {
        guard let permit = permits[job]?.first else { return false }
        permits[job]?.removeFirst()
        let (next, actions) = gate.ended(permit, end, now: now)
        if let next { permits[job, default: []].append(next) }
        take(actions)
        return next != nil
    }

    mutating func giveBack(_ job: String) {
        take(gate.giveBack(permits.removeValue(forKey: job) ?? [], now: now))
    }

    func held(_ job: String) -> Int { permits[job]?.count ?? 0 }

    mutating func takeActions() -> [CallGateAction] {
        defer { actions = [] }
        return actions
    }

    /// The places told since the last call.
    mutating func takePlaces() -> [String: Int] {
        var places: [String: Int] = [:]
        for case .place(let id, let ahead) in takeActions() { places[id.text] = ahead }
        return places
    }

    private mutating func take(_ new: [CallGateAction]) {
        actions += new
        for case .grant(let id, let given) in new { permits[id.text, default: []] += given }
    }
}
