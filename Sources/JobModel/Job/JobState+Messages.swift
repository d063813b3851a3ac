/// What happened to a job on the control side.
public enum JobEvent: Hashable, Sendable {
    /// Somebody asks for a case's pictures. The proposal is what the record would be if the job is new.
    case creationRequested(ReplyToken, JobProposal)
    case triggerEnded(epoch: Int, TriggerAnswer)
    /// A signed snapshot arrived; `missing` are the pictures it names that are not in our artifact store.
    /// - Parameter history: the worker's own account of the epoch, encoded, if the snapshot is its last.
    case snapshotArrived(ReplyToken, Snapshot, missing: [ContentHash], history: Artifact? = nil)
    /// An update with the seed's fields alone, of a worker that is not ours.
    case foreignUpdateArrived(ReplyToken, ForeignUpdate)
    /// Somebody asks for another epoch of a job that has ended.
    case epochRequested(ReplyToken, EpochRequest)
    /// A worker that was silent was asked.
    case runAnswered(epoch: Int, RunAnswer)
    /// Somebody wants the work to end.
    case cancelRequested(ReplyToken)
    case cancelEnded(epoch: Int, CancelAnswer)
    /// An operator wants the job ended now, whatever its worker does.
    case finishForced(ReplyToken)
    /// Somebody wants a job that has ended to be let go of now.
    case deletionRequested(ReplyToken)
    /// The owner's account knows what the job had come to at the end of this epoch.
    case settled(JobID, epoch: Int, Amount)
    case tick
}

/// What has to be done for a job.
public enum JobAction: Hashable, Sendable {
    /// Send the work of this hand-out to its worker and report ``JobEvent/triggerEnded(epoch:_:)``.
    case trigger(JobRecord)
    /// Ask the worker what it knows of the epoch and report ``JobEvent/runAnswered(epoch:_:)``.
    case ask(JobRecord)
    /// Tell the worker to end the epoch and report ``JobEvent/cancelEnded(epoch:_:)``.
    case tellCancel(JobRecord)
    /// Tell the owner's account what the job has come to, and report ``JobEvent/settled(_:epoch:_:)``.
    case settle(JobRecord)
    /// Somebody should look at the job.
    case alert(JobAlert)
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
    /// Set where the process has its hands full of others: it is handed out when its tick comes.
    public var waitsForItsTurn = false
    /// Pictures that it names.
    public var inputs: [Artifact]
    /// The earlier job of the case whose record has been put away.
    public var archived: JobID?
    /// That record as it was then: what happened to it since is not put away yet.
    var archivedCopy: JobRecord?

    public init(record: JobRecord, specification: Artifact, inputs: [Artifact] = []) {
        self.record = record
        self.specification = specification
        self.inputs = inputs
    }

    /// The owner's account has set this aside for it.
    public mutating func allow(_ allowance: JobAllowance) { record.take(allowance) }
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
    /// It says that the options are ones that it will never take.
    case unacceptable(reason: String)
    /// - Parameter wasSent: whether it may have arrived all the same.
    case unreachable(reason: String, wasSent: Bool = true)

    /// In words for `lastError`; nil if it went well.
    public var failure: String? {
        switch self {
        case .accepted, .acceptedByForeign: nil
        case .busy(let reason, _), .refused(let reason), .unacceptable(let reason), .unreachable(let reason, _): reason
        }
    }
}

/// What a worker that was asked knows of a run.
public enum RunAnswer: Hashable, Sendable {
    /// The same that its next webhook would say.
    case snapshot(Snapshot, missing: [ContentHash], history: Artifact? = nil)
    /// It has no such run, or none under this claim: what it had is lost.
    case unknown
    case unreachable(reason: String)
}

/// A job that wants somebody's attention, or does so no more.
public struct JobAlert: Hashable, Sendable {
    /// There is news again, or the job has ended.
    public var isOver: Bool
    public var jobID: JobID
    public var caseID: CaseID
    public var epoch: Int
    public var status: JobStatus
    public var worker: String
    /// Since when there was no news.
    public var silentSince: Milliseconds
    /// When the alert was raised.
    public var raisedAt: Milliseconds
    public var lastError: String?
}

/// The answer to a command or a webhook.
public enum JobReply: Hashable, Sendable {
    case created(JobRecord)
    /// The same request is being worked on.
    case joined(JobRecord)
    case folded(JobRecord)
    /// Known already, this version.
    case duplicate(JobRecord)
    /// A new epoch was opened.
    case retrying(JobRecord)
    /// The worker is being told to end, or the job has ended already by this command.
    case ending(JobRecord)
    /// The job was let go of; this is left of it.
    case forgotten(JobRecord)
    case unknownJob
    case unknownAsset(AssetID)
    /// The edit was made from another specification than the present one: make it again from this.
    case otherSpecification(JobRecord)
    /// The owner's plan does not allow it now.
    case overLimit(AccountRefusal)
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
    case imagesEnded([ImageEnd])
    case finished(status: JobStatus, made: Int, of: Int, duration: Milliseconds)
    case retried(epoch: Int, assets: [AssetID])
    case fallbackAsked(epoch: Int, provider: String, assets: [AssetID])
    /// - Parameter words: the hash of the new ones.
    case edited(epoch: Int, AssetID, words: ContentHash)
    case refused(worker: String, reason: String)
    case lateResultKept(AssetID, epoch: Int)
    case handedOver(epoch: Int, from: String, to: String, reason: String)
    case continued(epoch: Int, assets: [AssetID])
    case cancelAsked
    case cancelFailed(worker: String, reason: String)
    case forceFinished
    case forgotten
}

extension JobEvent {
    var token: ReplyToken? {
        switch self {
        case .creationRequested(let token, _), .snapshotArrived(let token, _, _, _),
            .foreignUpdateArrived(let token, _), .epochRequested(let token, _), .cancelRequested(let token),
            .finishForced(let token), .deletionRequested(let token):
            token
        case .triggerEnded, .runAnswered, .cancelEnded, .settled, .tick: nil
        }
    }
}
