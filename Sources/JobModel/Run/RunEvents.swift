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
    case cancelRequested(ReplyToken, RunCancel)
    /// Send the final snapshot again though its delivery had ended.
    case redeliveryRequested(ReplyToken)
    /// Time has passed; see ``RunState/nextWake``.
    case tick
}

/// Whose run is to end.
public struct RunCancel: Hashable, Sendable {
    public var job: JobID
    /// This epoch and all before it; nil for the one that is here, or else for the first that comes.
    public var epoch: Int?

    public init(job: JobID, epoch: Int? = nil) {
        self.job = job
        self.epoch = epoch
    }
}

/// How one attempt ended.
public enum AttemptResult: Hashable, Sendable {
    /// The picture decoded; its bytes are to be committed with the record that names it.
    case made(Picture, AssetSource, [UInt8])
    case failed(MediaError)
    /// We ended it, and not for the run's sake: the process stops. The phase says whether it may have been billed.
    case interrupted(MediaError.Phase)
}

/// What a runner has to do for a run.
public enum RunAction: Hashable, Sendable {
    /// Make one call. Report ``RunEvent/attemptEnded(_:epoch:start:_:next:)`` whatever happens, within its time.
    case startAttempt(CallOrder)
    /// What the run wants of the limits from now on, and what decides when its turn comes.
    case demand(CallDemand, owner: OwnerID, acceptedAt: Milliseconds)
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
    /// There is too much in hand; come again after so many seconds.
    case busy(String, retryAfter: Int)
    /// The command was taken, or had been before.
    case done(RunRecord)
    /// The run was emptied: there is nothing left to do this with.
    case forgotten(RunRecord)
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
    /// - Parameter latency: since the first try of the version; nil if nobody knows when that was.
    case delivered(version: Int, latency: Milliseconds?)
    case uploadFailed(ContentHash, reason: String)
    case deliveryFailed(version: Int, tries: Int, reason: String, willRetry: Bool)
    case superseded
}
