/// What happened to a run.
public enum RunEvent: Hashable, Sendable {
    /// A trigger came. The proposal is what the record would be if the run is new.
    case requested(ReplyToken, RunProposal)
    /// A worker took the record up again after a restart; calls that were in flight then have an unknown outcome.
    case resumed
    /// With it may come the right to the job's next call. `start` is the order's.
    case attemptEnded(AssetID, epoch: Int, start: Int, AttemptResult, next: CallPermit? = nil)
    /// The provider's own id of a call under way.
    case callNamed(AssetID, epoch: Int, start: Int, RemoteCall)
    /// Calls that may be made now.
    case permitted([CallPermit])
    /// So many jobs come before this one.
    case queued(ahead: Int)
    /// The provider is known to be down.
    case circuitOpened(provider: String)
    case uploadEnded(ContentHash, DeliveryAnswer)
    case deliveryEnded(epoch: Int, version: Int, DeliveryAnswer)
    case cancelRequested(ReplyToken)
    /// Send the final snapshot again though its delivery had ended.
    case redeliveryRequested(ReplyToken)
    /// Time has passed; see ``RunState/nextWake``.
    case tick
}

/// How one attempt ended.
public enum AttemptResult: Hashable, Sendable {
    /// The picture decoded; its bytes are to be committed with the record that names it.
    case made(Picture, AssetSource, [UInt8])
    case failed(MediaError)
}

/// What a runner has to do for a run.
public enum RunAction: Hashable, Sendable {
    /// Make one call. Report ``RunEvent/attemptEnded(_:epoch:start:_:next:)`` whatever happens, within its time.
    case startAttempt(CallOrder)
    /// What the run wants of the limits from now on.
    case demand(CallDemand)
    /// Permits that it has no use for.
    case giveBack([CallPermit])
    /// Close the sockets of a call in flight; its end is still to be reported.
    case abortAttempt(AssetID, epoch: Int)
    case upload(ContentHash)
    case deliver(Snapshot)
    case reply(ReplyToken, RunReply)
    case log(RunLogEntry)
}

/// One call to be made.
public struct CallOrder: Hashable, Sendable {
    public var asset: AssetID
    /// Tells it from every other call and question of the asset in this epoch.
    public var start: Int
    public var attempt: Int
    /// By the name that the run's record gives it.
    public var provider: String
    public var model: String
    /// For the whole of the call, from now on.
    public var timeout: Milliseconds
    /// Ask what became of this one; make no other.
    public var resuming: RemoteCall?
    public var permit: CallPermit
}

/// Names a caller who waits for an answer.
public typealias ReplyToken = UInt64

/// A run as a trigger asks for it.
public struct RunProposal: Hashable, Sendable {
    public var record: RunRecord
    /// The encoded ``JobSpecification`` that the record names.
    public var specification: Artifact
    /// A request without a job id: the worker opens the epochs, and a repeated request joins the run under way.
    public var isUnnumbered: Bool

    public init(record: RunRecord, specification: Artifact, isUnnumbered: Bool) {
        self.record = record
        self.specification = specification
        self.isUnnumbered = isUnnumbered
    }
}

/// The answer to a trigger or a command.
public enum RunReply: Hashable, Sendable {
    /// The run is durable (new, or the same as asked for before).
    case accepted(RunRecord)
    /// The worker knows a higher epoch of this job.
    case staleEpoch(current: Int)
    /// Another request is being worked on under this name.
    case conflict(String)
    case unknownRun
    /// The store takes nothing at present; nothing was changed.
    case unavailable(String)
    /// The command was taken, or had been before.
    case done(RunRecord)
}

/// A transition worth a log line.
public enum RunLogEntry: Hashable, Sendable {
    case accepted(assets: Int)
    case resumed
    case batchStarted([AssetID])
    case attemptStarted(AssetID, attempt: Int, of: Int, CallLane, isQuestion: Bool)
    case generated(AssetID, attempt: Int, AssetSource)
    case retrying(AssetID, attempt: Int, of: Int, CallLane, MediaError, delay: Milliseconds)
    case fallingBack(AssetID, from: CallLane, to: CallLane, code: String)
    case failed(AssetID, AssetState, attempt: Int, of: Int, CallLane, MediaError)
    case canceled(AssetID)
    case finished(JobStatus, made: Int, of: Int, duration: Milliseconds)
    case delivered(version: Int)
    case uploadFailed(ContentHash, reason: String)
    case deliveryFailed(version: Int, tries: Int, reason: String, willRetry: Bool)
    case superseded
}

/// One run in the memory of its worker: the record plus what only this process knows. Events go in with the time and a
/// random number, actions come out; nothing here reads a clock.
public struct RunState: DurableState {
    public internal(set) var record: RunRecord
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

    public init(record: RunRecord, now: Milliseconds, isNew: Bool = false) {
        self.record = record
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
        expireDeadlines(now: now)
        finishIfSettled(now: now)
        startAttempts(now: now)
        tellDemand(now: now)
        raiseVersionIfVisible()
        wantSnapshots(now: now)
        startUploads(now: now)
        deliver(now: now)
        if effects.mustSave { savedVersion = record.version }
        return effects
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
        case .cancelRequested(let token):
            cancel()
            reply(token, .done(record))
        case .redeliveryRequested(let token):
            requestRedelivery()
            reply(token, .done(record))
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
