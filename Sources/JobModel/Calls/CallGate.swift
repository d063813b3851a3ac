/// What a gate asks its owner to do.
public enum CallGateAction: Hashable, Sendable {
    case grant(JobID, [CallPermit])
    /// The job waits for its turn, so many before it.
    case place(JobID, ahead: Int)
    /// A provider that the job could do without is down.
    case circuitOpen(JobID, provider: String)
    case log(CallGateLogEntry)
}

public enum CallGateLogEntry: Hashable, Sendable {
    case circuitOpened(provider: String, pause: Milliseconds)
    case circuitClosed(provider: String)
    case concurrencyLowered(CallLane, to: Int)
}

/// Who may call which provider now, over all jobs of a process: the sliding window and the concurrency of each provider
/// and model, its circuit breaker, and the order of the jobs.
///
/// A job enters the running set first come, first served, and only if the work of all that run can be done within their
/// deadlines; among owners the turn goes round. What the gate holds is lost with the process: jobs ask again.
public struct CallGate: Sendable {
    struct Job: Sendable {
        let id: JobID
        let owner: OwnerID
        /// When it was accepted; the number decides between those of one millisecond.
        let acceptedAt: Milliseconds
        let number: UInt64
        var demand = CallDemand.nothing
        /// When its time is up, if it were to begin now at the latest.
        var deadline: Milliseconds = 0
        var isAdmitted = false
        var told: QueuePlace?

        /// It has not begun, and could.
        var isWaiting: Bool { !isAdmitted && !demand.now.isEmpty }
        var rank: JobLine.Rank { JobLine.Rank(at: acceptedAt, number: number) }
        var dueRank: JobLine.Rank { JobLine.Rank(at: deadline, number: number) }
        var numberRank: JobLine.Rank { JobLine.Rank(at: 0, number: number) }
    }

    struct Holder: Sendable {
        let job: JobID
        let lane: CallLane
        let since: Milliseconds
    }

    let limits: @Sendable (String) -> ProviderLimits
    let hasBreakers: Bool
    /// Calls in flight at one time over all lanes; nil for no limit.
    let callsAtOnce: Int?
    var jobs: [JobID: Job] = [:]
    var books = CallBooks()
    /// When each owner last had a turn.
    var turns: [OwnerID: UInt64] = [:]
    var lastTurn: UInt64 = 0
    /// Where the last call was given out: the next lane has the first choice.
    var lastLane: CallLane?
    var lanes: [CallLane: CallLaneState] = [:]
    var breakers: [String: CircuitBreaker] = [:]
    var holders: [UInt64: Holder] = [:]
    var nextNumber: UInt64 = 1
    var servedAt: Milliseconds = .min
    var nextReport: Milliseconds?
    var actions: [CallGateAction] = []

    /// - Parameters:
    ///   - limits: of a provider by its name; asked once for each of its models.
    ///   - hasBreakers: false never takes a provider for dead.
    ///   - callsAtOnce: in flight at one time over all providers; nil for no limit.
    public init(
        hasBreakers: Bool = true, callsAtOnce: Int? = nil, limits: @escaping @Sendable (String) -> ProviderLimits
    ) {
        self.limits = limits
        self.hasBreakers = hasBreakers
        self.callsAtOnce = callsAtOnce.map { max(1, $0) }
    }

    /// Calls given out and not ended.
    public var inFlight: Int { holders.count }

    /// What goes on in one lane.
    public struct LaneUse: Hashable, Sendable {
        public var inFlight = 0
        /// Calls that could begin if the limits let them.
        public var waiting = 0

        public init() {}

        public static func += (left: inout LaneUse, right: LaneUse) {
            left.inFlight += right.inFlight
            left.waiting += right.waiting
        }
    }

    /// Of every lane that was used or is wanted.
    public var use: [CallLane: LaneUse] {
        lanes.mapValues { state in
            var use = LaneUse()
            (use.inFlight, use.waiting) = (state.inFlight, state.hungry)
            return use
        }
    }

    /// Providers that are taken for dead.
    public var circuitsOpen: Set<String> { Set(breakers.filter { !$0.value.isClosed }.keys) }

    /// A job says what it wants now. One with no calls left is forgotten.
    public mutating func demand(
        _ demand: CallDemand, of id: JobID, owner: OwnerID, acceptedAt: Milliseconds, now: Milliseconds
    ) -> [CallGateAction] {
        actions = []
        if demand.callsLeft.isEmpty {
            forget(id)
        } else {
            var job = jobs[id] ?? Job(id: id, owner: owner, acceptedAt: acceptedAt, number: takeNumber())
            job.demand = demand
            job.deadline = now + demand.timeLeft
            change(id, to: job)
        }
        serve(now: now)
        reportNewcomer(id, now: now)
        return actions
    }

    /// The call of this permit leaves now.
    public mutating func sent(_ permit: CallPermit, now: Milliseconds) {
        guard holders[permit.number] != nil else { return }
        lanes[permit.lane]?.sent(permit.number, now: now)
    }

    /// A call has ended. An unknown permit is no error: its job was replaced.
    /// - Returns: the right to one more call of the same job at once, if it is the job's turn.
    public mutating func ended(
        _ permit: CallPermit, _ end: CallEnd, now: Milliseconds
    ) -> (next: CallPermit?, actions: [CallGateAction]) {
        actions = []
        guard let holder = release(permit, end, now: now) else { return (nil, []) }
        if let next = jobs[holder.job]?.demand.next[permit.lane], next > 0 {
            change(holder.job) { job in
                job.demand.next[permit.lane] = next - 1
                job.demand.now[permit.lane, default: 0] += 1
            }
        }
        serve(now: now)
        var next: CallPermit?
        if let index = actions.firstIndex(where: { if case .grant(holder.job, _) = $0 { true } else { false } }),
            case .grant(_, let permits) = actions[index],
            let own = permits.firstIndex(where: { $0.lane == permit.lane })
        {
            next = permits[own]
            let rest = permits.enumerated().filter { $0.offset != own }.map(\.element)
            if rest.isEmpty { actions.remove(at: index) } else { actions[index] = .grant(holder.job, rest) }
        }
        return (next, actions)
    }

    /// Permits that were not used.
    public mutating func giveBack(_ permits: [CallPermit], now: Milliseconds) -> [CallGateAction] {
        actions = []
        for permit in permits { _ = release(permit, .neutral, now: now) }
        serve(now: now)
        return actions
    }

    public mutating func tick(now: Milliseconds) -> [CallGateAction] {
        actions = []
        serve(now: now)
        reportPlaces(now: now)
        return actions
    }

    /// When ``tick(now:)`` is due.
    public var nextWake: Milliseconds? {
        var wake = nextReport
        // Full, only the end of a call can help.
        guard hasPlace else { return wake }
        for (lane, state) in lanes where state.hungry > 0 {
            // Of what stands in the way, the last to go.
            let blocks = [state.nextRoom, breakers[lane.provider]?.reopensAt].compactMap { $0 }.filter { $0 > servedAt }
            if let free = blocks.max() { wake = min(wake ?? free, free) }
        }
        return wake
    }
}
