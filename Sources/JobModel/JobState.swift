/// What happened to a job on the control side.
public enum JobEvent: Hashable, Sendable {
    /// Somebody asks for a case's pictures. The proposal is what the record would be if the job is new.
    case creationRequested(ReplyToken, JobProposal)
    case triggerEnded(epoch: Int, TriggerAnswer)
    /// A signed snapshot arrived; `missing` are the pictures it names that are not in our artifact store.
    case snapshotArrived(ReplyToken, Snapshot, missing: [ContentHash])
    /// An update with the seed's fields alone, of a worker that is not ours.
    case foreignUpdateArrived(ReplyToken, ForeignUpdate)
    case retryRequested(ReplyToken, claim: Claim)
    case tick
}

/// What has to be done for a job.
public enum JobAction: Hashable, Sendable {
    /// Send the work of this hand-out to its worker and report ``JobEvent/triggerEnded(epoch:_:)``.
    case trigger(JobRecord)
    /// Keep the record of the job that this case had before under its own job id; then ask again, with that job named as
    /// archived.
    case archive(JobRecord, ReplyToken, JobProposal)
    /// Bring the legacy key up to date.
    case writeLegacyStatus(JobRecord)
    case reply(ReplyToken, JobReply)
    case log(JobLogEntry)
}

/// A job as a caller asks for it.
public struct JobProposal: Hashable, Sendable {
    public var record: JobRecord
    public var specification: Artifact
    /// The earlier job of the case whose record has been put away.
    public var archived: JobID?
    /// That record as it was then: what happened to it since is not put away yet.
    var archivedCopy: JobRecord?

    public init(record: JobRecord, specification: Artifact) {
        self.record = record
        self.specification = specification
    }
}

/// How a trigger ended.
public enum TriggerAnswer: Hashable, Sendable {
    /// 202 with our job and epoch.
    case accepted
    /// 2xx that names neither.
    case acceptedByForeign
    /// The worker cannot take it now.
    case busy(reason: String, retryAfter: Milliseconds?)
    /// The worker says that the request is wrong, or that it knows another state of affairs.
    case refused(reason: String)
    case unreachable(reason: String)

    /// In words for `lastError`; nil if it went well.
    public var failure: String? {
        switch self {
        case .accepted, .acceptedByForeign: nil
        case .busy(let reason, _), .refused(let reason), .unreachable(let reason): reason
        }
    }
}

/// The answer to a command or a webhook.
public enum JobReply: Hashable, Sendable {
    case created(JobRecord)
    /// The same request is being worked on.
    case joined(JobRecord)
    case folded(JobRecord)
    /// Known already, this version.
    case duplicate(JobRecord)
    case retrying(JobRecord)
    case unknownJob
    /// It cannot be done in the job's present state.
    case conflict(code: String, message: String)
    case staleEpoch(current: Int)
    case staleVersion(current: Int)
    case artifactMissing([ContentHash])
    /// The store takes nothing at present; nothing was changed.
    case unavailable(String)
}

/// A transition worth a log line.
public enum JobLogEntry: Hashable, Sendable {
    case created(total: Int)
    case triggered(worker: String, tries: Int)
    case triggerFailed(worker: String, tries: Int, reason: String, delay: Milliseconds)
    case snapshotFolded(status: JobStatus, version: Int, made: Int, of: Int)
    case finished(status: JobStatus, made: Int, of: Int, duration: Milliseconds)
    case retried(epoch: Int, assets: [AssetID])
    case lateResultKept(AssetID, epoch: Int)
}

/// A job in the memory of a control process.
public struct JobState: DurableState {
    public internal(set) var record: JobRecord
    var isNew: Bool
    /// This process was asked to get the job going. One that only receives updates leaves the triggering, and its times,
    /// to those that do.
    var isDriving = false
    /// A trigger of this process is on its way.
    public internal(set) var isTriggering = false
    var now: Milliseconds
    var effects = Effects<JobAction>()

    public init(record: JobRecord, now: Milliseconds, isNew: Bool = false) {
        self.record = record
        self.isNew = isNew
        self.now = now
    }

    public static var tick: JobEvent { .tick }

    public static func loaded(_ record: JobRecord, now: Milliseconds) -> JobState {
        var record = record
        record.handOut.wait = record.handOut.wait?.reanchored(at: now)
        return JobState(record: record, now: now)
    }

    public static func opened(by event: JobEvent, now: Milliseconds) -> JobState? {
        guard case .creationRequested(_, let proposal) = event else { return nil }
        return JobState(record: proposal.record, now: now, isNew: true)
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
        case .retryRequested(let token, let claim):
            isDriving = true
            retry(token, claim: claim)
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

extension JobEvent {
    var token: ReplyToken? {
        switch self {
        case .creationRequested(let token, _), .snapshotArrived(let token, _, _), .foreignUpdateArrived(let token, _),
            .retryRequested(let token, _):
            token
        case .triggerEnded, .tick: nil
        }
    }
}
