/// A job in the memory of a control process.
public struct JobState: DurableState {
    public internal(set) var record: JobRecord
    var isNew: Bool
    /// This process was asked to get the job going. One that only receives updates leaves the triggering, and its times,
    /// to those that do.
    var isDriving = false
    /// A trigger of this process is on its way.
    public internal(set) var isTriggering = false
    let policy: JobPolicy
    var now: Milliseconds
    var effects = Effects<JobAction>()

    public init(record: JobRecord, now: Milliseconds, policy: JobPolicy = JobPolicy(), isNew: Bool = false) {
        self.record = record
        self.policy = policy
        self.isNew = isNew
        self.now = now
    }

    public static var tick: JobEvent { .tick }

    public static func loaded(_ record: JobRecord, now: Milliseconds, context: JobPolicy = JobPolicy()) -> JobState {
        var record = record
        record.handOut.wait = record.handOut.wait?.reanchored(at: now)
        return JobState(record: record, now: now, policy: context)
    }

    public static func opened(
        by event: JobEvent, now: Milliseconds, context: JobPolicy = JobPolicy()
    ) -> JobState? {
        guard case .creationRequested(_, let proposal) = event else { return nil }
        return JobState(record: proposal.record, now: now, policy: context, isNew: true)
    }

    public static func missing(_ event: JobEvent) -> [JobAction] {
        event.token.map { [.reply($0, .unknownJob)] } ?? []
    }

    public static func unavailable(_ event: JobEvent, reason: String) -> [JobAction] {
        event.token.map { [.reply($0, .unavailable(reason))] } ?? []
    }

    public var nextWake: Milliseconds? {
        guard isDriving, isTriggerOwed, !isTriggering, let wait = record.handOut.wait, wait.due > now else {
            return nil
        }
        return wait.due
    }

    public var isAtRest: Bool { !isTriggering && nextWake == nil }

    /// Whether the worker of the hand-out still has to be told.
    var isTriggerOwed: Bool { record.isTriggerOwed }

    public mutating func apply(_ event: JobEvent, now: Milliseconds, dice: UInt64) -> Effects<JobAction> {
        effects = Effects()
        // Events that overtook one another, or happen once more after a reload, bring an earlier instant.
        self.now = max(now, self.now)
        let before = record
        let wasNew = isNew
        switch event {
        case .creationRequested(let token, let proposal):
            isDriving = true
            create(token, proposal)
        case .triggerEnded(let epoch, let answer): settleTrigger(epoch, answer, dice: dice)
        case .snapshotArrived(let token, let snapshot, let missing): fold(snapshot, missing: missing, token: token)
        case .foreignUpdateArrived(let token, let update): fold(update, token: token)
        case .epochRequested(let token, let request):
            isDriving = true
            openEpoch(token, request)
        case .tick: isDriving = true
        }
        triggerIfOwed()
        if wasNew || record.jobID != before.jobID || record.status != before.status {
            effects.actions.insert(.writeLegacyStatus(record), at: 0)
        }
        if record != before {
            effects.mustSave = true
            record.updatedAt = self.now
        }
        return effects
    }

    mutating func reply(_ token: ReplyToken, _ reply: JobReply) { effects.actions.append(.reply(token, reply)) }

    mutating func log(_ entry: JobLogEntry) { effects.actions.append(.log(entry)) }

    /// Sets the status if that is a step at all, with the times that go with it.
    mutating func move(to status: JobStatus) {
        guard status != record.status else { return }
        precondition(record.status.canBecome(status), "\(record.status) cannot become \(status)")
        record.status = status
        if status != .pending, record.startedAt == nil { record.startedAt = now }
        record.completedAt = status.isTerminal ? now : nil
    }
}

extension JobRecord {
    /// Whether the worker of the hand-out still has to be told.
    public var isTriggerOwed: Bool { status == .pending && handOut.acceptance == .none }

    /// When the record next wants attention; goes into its header.
    public var due: Milliseconds? { isTriggerOwed ? handOut.wait?.due ?? updatedAt : nil }
}
