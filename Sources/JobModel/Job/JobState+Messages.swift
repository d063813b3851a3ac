/// What happened to a job on the control side.
public enum JobEvent: Hashable, Sendable {
    /// Somebody asks for a case's pictures. The proposal is what the record would be if the job is new.
    case creationRequested(ReplyToken, JobProposal)
    case triggerEnded(epoch: Int, TriggerAnswer)
    /// A signed snapshot arrived; `missing` are the pictures it names that are not in our artifact store.
    case snapshotArrived(ReplyToken, Snapshot, missing: [ContentHash])
    /// An update with the seed's fields alone, of a worker that is not ours.
    case foreignUpdateArrived(ReplyToken, ForeignUpdate)
    /// Somebody asks for another epoch of a job that has ended.
    case epochRequested(ReplyToken, EpochRequest)
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
    /// It says that the options are ones that it will never take.
    case unacceptable(reason: String)
    case unreachable(reason: String)

    /// In words for `lastError`; nil if it went well.
    public var failure: String? {
        switch self {
        case .accepted, .acceptedByForeign: nil
        case .busy(let reason, _), .refused(let reason), .unacceptable(let reason), .unreachable(let reason): reason
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
    /// A new epoch was opened.
    case retrying(JobRecord)
    case unknownJob
    case unknownAsset(AssetID)
    /// The edit was made from another specification than the present one: make it again from this.
    case otherSpecification(JobRecord)
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
    case fallbackAsked(epoch: Int, provider: String, assets: [AssetID])
    /// - Parameter words: the hash of the new ones.
    case edited(epoch: Int, AssetID, words: ContentHash)
    case refused(worker: String, reason: String)
    case lateResultKept(AssetID, epoch: Int)
}

extension JobEvent {
    var token: ReplyToken? {
        switch self {
        case .creationRequested(let token, _), .snapshotArrived(let token, _, _), .foreignUpdateArrived(let token, _),
            .epochRequested(let token, _):
            token
        case .triggerEnded, .tick: nil
        }
    }
}
