/// The worker's own record of one epoch of one job: the one document a transition replaces.
public struct RunRecord: Hashable, Sendable, Codable {
    /// Version of this encoding; raise it when an older reader would misunderstand.
    public static let format: UInt16 = 2

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
    /// The providers that may be asked, in order: the first, then what is fallen back to. At least one.
    public let providers: [ProviderTerms]
    /// Whether words that one of them refuses are put to the next.
    public let fallsBackOnRefusal: Bool
    /// Somebody asked for this run as a fallback: whatever it makes says so.
    public let isFallback: Bool
    /// What its calls were expected to cost when it was taken, in millionths; nil if a price was not known.
    public let estimateMicros: Int64?

    public var status: JobStatus
    /// Set while it waits for its turn and has made no call yet.
    public var queue: QueuePlace?
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
    /// Epochs up to this one were canceled before they came.
    public var cancelThrough: Int?
    /// While it is at rest: when it is emptied, or dropped if it is forgotten already.
    public var keptUntil: Milliseconds?
    public var forgotten: ForgottenRun?
    public var assets: [AssetRun]
    public var delivery: Delivery
    /// See ``deliveries``; absent in records of an earlier version.
    var deliveryTries: [DeliveryTry]?
    /// Sent with all that the run asks of others; absent in records of an earlier version.
    public var trace: TraceParent?

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
        case providers
        case fallsBackOnRefusal
        case isFallback
        case estimateMicros
        case status
        case queue
        case version
        case acceptedAt
        case firstCallAt
        case finishedAt
        case spent
        case isCancelWanted
        case isSuperseded
        case cancelThrough
        case keptUntil
        case forgotten
        case assets
        case delivery
        case deliveryTries = "deliveries"
        case trace = "traceparent"
    }

    public init(
        jobID: JobID, owner: OwnerID, caseID: CaseID, epoch: Int, claim: Claim, stopBy: Milliseconds?,
        specification: ContentHash, requestHash: ContentHash, webhookURL: String, artifactURL: String?,
        limits: RunLimits, providers: [ProviderTerms], fallsBackOnRefusal: Bool = false, isFallback: Bool = false,
        estimateMicros: Int64? = nil, acceptedAt: Milliseconds, assets: [AssetRun]
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
        self.providers = providers
        self.fallsBackOnRefusal = fallsBackOnRefusal
        self.isFallback = isFallback
        self.estimateMicros = estimateMicros
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
