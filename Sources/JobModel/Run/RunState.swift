/// One run in the memory of its worker: the record plus what only this process knows. Events go in with the time and a
/// random number, actions come out; nothing here reads a clock.
public struct RunState: DurableState {
    public internal(set) var record: RunRecord
    let policy: RunPolicy
    /// Indexes of assets with a call in flight in this process, each with its permit.
    var inFlight: [Int: CallPermit] = [:]
    /// Calls that may be made and are not yet; empty between events.
    var permits: [CallPermit] = []
    /// What the limits were last asked for.
    var demanded: CallDemand?
    /// Why calls in flight were aborted; becomes their error if they end without a picture.
    var aborting: [Int: MediaError] = [:]
    var uploading: Set<ContentHash> = []
    var delivering: Int?
    /// The instant at which `record.spent` was last brought up to date.
    var clockAt: Milliseconds
    /// Since when something visible is untold.
    var newsSince: Milliseconds?
    /// Visibly settled assets at the last snapshot that was wanted.
    var toldSettled = 0
    /// An asset parked or failed since the last snapshot.
    var untoldFailure = false
    /// The version that the last transition to be saved had.
    var savedVersion: Int
    var plan: BatchPlan
    var effects = Effects<RunAction>()
    /// Who waits for the record as the present event leaves it.
    private var asking: [ReplyToken] = []
    /// What the record's present version shows: the version rises when, and only when, this changes.
    private var shown: Shown

    /// With our own receiver a picture is told within this time.
    static let newsDelay: Milliseconds = 700

    /// Not in the store yet.
    var isNew: Bool

    private struct Shown: Hashable {
        let status: JobStatus
        let queue: QueuePlace?
        let assets: [SnapshotAsset]

        init(_ record: RunRecord) {
            status = record.status
            queue = record.queue
            assets = record.visibleAssets
        }
    }

    public init(record: RunRecord, now: Milliseconds, policy: RunPolicy = RunPolicy(), isNew: Bool = false) {
        self.record = record
        self.policy = policy
        self.isNew = isNew
        clockAt = now
        savedVersion = record.version
        shown = Shown(record)
        plan = BatchPlan(assets: record.assets.map { ($0.kind, $0.priority) }, limits: record.limits)
    }

    public mutating func apply(_ event: RunEvent, now: Milliseconds, dice: UInt64) -> Effects<RunAction> {
        effects = Effects()
        // Events that overtook one another, or happen once more after a reload, bring an earlier instant.
        let now = max(now, clockAt)
        advanceClock(to: now)
        handle(event, now: now, dice: dice)
        if record.isForgotten { stayForgotten(now: now) } else { follow(now: now) }
        for token in asking { reply(token, .done(record)) }
        asking = []
        if effects.mustSave { savedVersion = record.version }
        return effects
    }

    /// What follows from the record as it is now.
    private mutating func follow(now: Milliseconds) {
        expireDeadlines(now: now)
        endBeyondMoney()
        finishIfSettled(now: now)
        startAttempts(now: now)
        tellDemand(now: now)
        raiseVersionIfVisible()
        wantSnapshots(now: now)
        startUploads(now: now)
        deliver(now: now)
        forgetInTime(now: now)
    }

    private mutating func handle(_ event: RunEvent, now: Milliseconds, dice: UInt64) {
        switch event {
        case .requested(let token, let proposal):
            request(token, proposal, now: now)
        case .resumed:
            resume(dice: dice)
        case .attemptEnded(let id, let epoch, let start, let result, let next):
            if let next { permits.append(next) }
            if epoch == record.epoch { settleAttempt(id, start: start, result: result, dice: dice) }
        case .callNamed(let id, let epoch, let start, let call):
            if epoch == record.epoch { name(id, start: start, call) }
        case .permitted(let given):
            permits += given
        case .queued(let ahead):
            wait(ahead: ahead, now: now)
        case .circuitOpened(let provider):
            leave(provider)
        case .uploadEnded(let hash, let answer):
            settleUpload(hash, answer, now: now, dice: dice)
        case .deliveryEnded(let epoch, let version, let answer):
            if epoch == record.epoch { settleDelivery(version, answer, now: now, dice: dice) }
        case .cancelRequested(let token, let request):
            cancel(request)
            asking.append(token)
        case .redeliveryRequested(let token):
            guard !record.isForgotten else { return reply(token, .forgotten(record)) }
            requestRedelivery()
            asking.append(token)
        case .tick:
            break
        }
    }

    /// When ``RunEvent/tick`` is due; nil if only other events can move the run.
    public var nextWake: Milliseconds? {
        // What was due at the last event has been dealt with in it.
        (assetWakes + deliveryWakes).filter { $0 > clockAt }.min()
    }

    /// Whether the process may forget the run: it can be read from the store again.
    public var isAtRest: Bool {
        record.isAtRest && inFlight.isEmpty && uploading.isEmpty && delivering == nil
    }

    mutating func reply(_ token: ReplyToken, _ reply: RunReply) { effects.actions.append(.reply(token, reply)) }

    mutating func log(_ entry: RunLogEntry) { effects.actions.append(.log(entry)) }

    /// The run's own clock stands still before the first call and after the end.
    private mutating func advanceClock(to now: Milliseconds) {
        if record.firstCallAt != nil, !record.isFinished { record.spent += now - clockAt }
        clockAt = now
    }

    private mutating func raiseVersionIfVisible() {
        let next = Shown(record)
        guard next != shown else { return }
        shown = next
        record.version += 1
    }
}
