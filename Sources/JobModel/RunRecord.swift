/// The worker's own record of one epoch of one job: the one document a transition replaces.
public struct RunRecord: Hashable, Sendable, Codable {
    /// Version of this encoding; raise it when an older reader would misunderstand.
    public static let format: UInt16 = 1

    /// Tells the writer its own commit when the store could not say how a write ended.
    public var writeID: UInt64
    public let jobID: JobID
    public let owner: OwnerID
    public let caseID: CaseID
    public let epoch: Int
    public let claim: Claim
    /// After this no new call is started; nil leaves the run unfenced (a receiver that is not ours).
    public var stopBy: Milliseconds?
    /// The stored ``JobSpecification``.
    public let specification: ContentHash
    /// Of everything asked for, to tell a repeated request from another one.
    public let requestHash: ContentHash
    public let webhookURL: String
    /// Where pictures are put; nil sends them inside the webhooks.
    public let artifactURL: String?
    public let limits: RunLimits

    public var status: JobStatus
    /// Rises by one whenever something a receiver can see changes.
    public var version: Int
    public let acceptedAt: Milliseconds
    public var firstCallAt: Milliseconds?
    public var finishedAt: Milliseconds?
    /// Time a worker spent on it since the first call: the run's own clock, which stands still while none does.
    public var spent: Milliseconds
    public var isCancelWanted: Bool
    /// The receiver knows a higher epoch: nothing new is started, what is in flight may end.
    public var isSuperseded: Bool
    public var assets: [AssetRun]
    public var delivery: Delivery

    private enum CodingKeys: String, CodingKey {
        case writeID = "writeId"
        case jobID = "jobId"
        case owner
        case caseID = "caseId"
        case epoch
        case claim
        case stopBy
        case specification
        case requestHash
        case webhookURL = "webhookUrl"
        case artifactURL = "artifactUrl"
        case limits
        case status
        case version
        case acceptedAt
        case firstCallAt
        case finishedAt
        case spent
        case isCancelWanted
        case isSuperseded
        case assets
        case delivery
    }

    public init(
        jobID: JobID, owner: OwnerID, caseID: CaseID, epoch: Int, claim: Claim, stopBy: Milliseconds?,
        specification: ContentHash, requestHash: ContentHash, webhookURL: String, artifactURL: String?,
        limits: RunLimits, acceptedAt: Milliseconds, assets: [AssetRun]
    ) {
        writeID = 0
        self.jobID = jobID
        self.owner = owner
        self.caseID = caseID
        self.epoch = epoch
        self.claim = claim
        self.stopBy = stopBy
        self.specification = specification
        self.requestHash = requestHash
        self.webhookURL = webhookURL
        self.artifactURL = artifactURL
        self.limits = limits
        status = .generating
        version = 1
        self.acceptedAt = acceptedAt
        spent = 0
        isCancelWanted = false
        isSuperseded = false
        self.assets = assets
        delivery = Delivery()
    }

    public var isFinished: Bool { status.isTerminal }

    /// Whether neither the work nor the delivery of its outcome needs a worker any more.
    public var isAtRest: Bool { isFinished && delivery.isAtRest }
}

/// One asset within a run.
public struct AssetRun: Hashable, Sendable, Codable {
    public let id: AssetID
    public let kind: AssetKind
    public let priority: Int
    public var state: AssetState
    /// Calls begun in this epoch.
    public var attempts: Int
    /// Worker crashes that fell into one of its calls.
    public var crashes: Int
    /// On the run's clock: when its first call began.
    public var startedAt: Milliseconds?
    /// On the run's clock: when the wait between two attempts ends.
    public var retryAt: Milliseconds?
    public var error: MediaError?
    public var picture: Picture?
    public var source: AssetSource?
    /// Whether the receiver holds the picture (`done` for what a trigger said is kept).
    public var upload: Upload
    /// Times that the receiver had taken it and missed it later.
    public var misses: Int

    public init(id: AssetID, kind: AssetKind, priority: Int) {
        self.id = id
        self.kind = kind
        self.priority = priority
        state = .queued
        attempts = 0
        crashes = 0
        upload = .pending
        misses = 0
    }

    /// An asset made in an earlier epoch.
    public init(kept: KeptAsset, kind: AssetKind, priority: Int) {
        self.init(id: kept.id, kind: kind, priority: priority)
        state = .generated
        picture = kept.picture
        source = kept.source
        attempts = kept.attempts
        upload = .done
    }
}

/// How far a picture has come on its way to the receiver.
public enum Upload: String, Hashable, Sendable, Codable {
    case pending
    case done
    /// The receiver will not have it (too large, over its cap); a command can try again.
    case refused
}

/// The bytes that an asset came to.
public struct Picture: Hashable, Sendable, Codable {
    public var hash: ContentHash
    public var bytes: Int
    public var size: PixelSize?
    public var mediaType: String

    public init(hash: ContentHash, bytes: Int, size: PixelSize?, mediaType: String) {
        self.hash = hash
        self.bytes = bytes
        self.size = size
        self.mediaType = mediaType
    }
}

/// Who made it, and at what price.
public struct AssetSource: Hashable, Sendable, Codable {
    public var provider: String
    public var model: String
    /// Set when it was made by another than the first provider asked.
    public var isFallback: Bool
    /// In millionths of the currency unit; nil when the provider has no price.
    public var costMicros: Int64?

    public init(provider: String, model: String, isFallback: Bool = false, costMicros: Int64?) {
        self.provider = provider
        self.model = model
        self.isFallback = isFallback
        self.costMicros = costMicros
    }
}

/// An asset that a trigger says is made already; the worker repeats it in its snapshots and makes no call for it.
public struct KeptAsset: Hashable, Sendable, Codable {
    public var id: AssetID
    public var picture: Picture
    public var source: AssetSource?
    public var attempts: Int

    public init(id: AssetID, picture: Picture, source: AssetSource?, attempts: Int) {
        self.id = id
        self.picture = picture
        self.source = source
        self.attempts = attempts
    }
}
