/// A job in the memory of a control process.
public struct JobState: DurableState {
    public internal(set) var record: JobRecord
    var isNew: Bool
    /// This process was asked to get the job going. One that only receives updates leaves the triggering, and its times,
    /// to those that do.
    var isDriving = false
    /// A trigger, a question, a cancel of this process is on its way.
    public internal(set) var isTriggering = false
    var isAsking = false
    var isTellingCancel = false
    var isSettling = false
    /// When the worker was asked last, and whether that failed.
    var askedAt: Milliseconds?
    var isUnreachable = false
    /// A wait that somebody else's clock had begun was begun anew when the record was read.
    var hasForeignWait = false
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
        var next = record
        next.handOut.wait = record.handOut.wait?.reanchored(at: now)
        next.cancel?.wait = record.cancel?.wait?.reanchored(at: now)
        // Written by a clock that was ahead of ours: no worker was given longer than this.
        if !record.isFinal { next.handOut.stopBy = min(record.handOut.stopBy, now + context.fence) }
        var state = JobState(record: next, now: now, policy: context)
        state.hasForeignWait = [record.handOut.wait, record.cancel?.wait].contains { $0?.isForeign(at: now) == true }
        return state
    }

    /// Of thousands that are to be handed out at once, so many are held; the others stand in the store until then.
    public static var heldAtMost: Int { 128 }

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

    public var nextWake: Milliseconds? { isDriving ? wakes.filter { $0 > now }.min() : nil }

    /// A wait that a clock ahead of ours had begun is held until it is over: read again, it would begin anew each time. All
    /// else that is due later is found by reading the record then.
    public var isAtRest: Bool {
        let isWaiting = hasForeignWait && isDriving && (isTriggerOwed || record.isCancelOwed)
        return !isTriggering && !isAsking && !isTellingCancel && !isSettling && !(isWaiting && nextWake != nil)
    }

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
            isDriving = !proposal.waitsForItsTurn
            create(token, proposal)
        case .epochRequested(let token, let request):
            isDriving = true
            openEpoch(token, request)
        case .tick: isDriving = policy.drives
        case .runAnswered(let epoch, let answer):
            isDriving = true
            settleQuestion(epoch, answer, dice: dice)
        default: handle(event)
        }
        lookAfter(dice: dice)
        let isOther = wasNew || record.jobID != before.jobID || record.status != before.status
        if isOther, record.family == .case {
            effects.actions.insert(.writeLegacyStatus(record), at: 0)
        }
        endAlert(since: before)
        let ends = imageEnds(since: before)
        if !ends.isEmpty { log(.imagesEnded(ends)) }
        if record != before {
            effects.mustSave = true
            record.updatedAt = self.now
        }
        // What was asked for is not kept: there are whole records in it.
        defer { effects = Effects() }
        return effects
    }

    private mutating func handle(_ event: JobEvent) {
        switch event {
        // Answers come to the process that asked, also where it has read the record again since.
        case .triggerEnded(let epoch, let answer):
            isDriving = true
            settleTrigger(epoch, answer)
        case .snapshotArrived(let token, let snapshot, let missing, let history):
            isDriving = isDriving || policy.drives
            fold(snapshot, missing: missing, history: history, token: token)
        case .foreignUpdateArrived(let token, let update): fold(update, token: token)
        case .cancelRequested(let token):
            isDriving = true
            requestCancel(token)
        case .cancelEnded(let epoch, let answer):
            isDriving = true
            settleCancel(epoch, answer)
        case .finishForced(let token):
            isDriving = true
            forceFinish(token)
        case .deletionRequested(let token): delete(token)
        case .settled(let job, let epoch, let total):
            isSettling = false
            if job == record.jobID { record.noteSettled(total, epoch: epoch) }
        case .creationRequested, .epochRequested, .runAnswered, .tick: break
        }
    }

    /// What is owed by now, read off the record: whatever was lost on the way here, this finds it.
    private mutating func lookAfter(dice: UInt64) {
        guard !record.isForgotten else { return }
        settleIfOwed()
        forgetIfOver()
        guard isDriving, !record.isForgotten else { return }
        continueIfPlanned(dice: dice)
        handOverIfUnreached(dice: dice)
        triggerIfOwed()
        tellCancelIfOwed()
        askIfSilent()
        alertIfStuck()
    }

    private var wakes: [Milliseconds] {
        [triggerWake, cancelWake, questionWake, continuationWake, alertWake].compactMap { $0 }
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
        record.keepUntil = status.isTerminal ? now + policy.kept(record.family) : nil
    }

    /// There is news of the job.
    mutating func heard() {
        record.heardAt = now
        record.alertedAt = nil
        isUnreachable = false
    }
}

extension JobRecord {
    /// Whether the worker of the hand-out still has to be told.
    public var isTriggerOwed: Bool { status == .pending && handOut.acceptance == .none && cancel == nil }

    /// When the record next wants attention; goes into its header. A process that looks after jobs finds by it what is
    /// owed, so it may come too early and never too late.
    public var due: Milliseconds? {
        if let forgotten { return forgotten.until }
        if isTriggerOwed { return handOut.wait?.due ?? updatedAt }
        if isCancelOwed { return cancel?.wait?.due ?? updatedAt }
        guard status.isTerminal else { return heardAt + JobPolicy.shortestSilence }
        guard isFinal, !isSettlementOwed else { return updatedAt }
        return keepUntil ?? updatedAt + JobPolicy.standardKept
    }
}
