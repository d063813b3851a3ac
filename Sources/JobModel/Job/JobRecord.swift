/// The control side's head record of one job: what is wanted, who has it in hand, and the folded copy of results.
public struct JobRecord: Hashable, Sendable {
    /// Version of this encoding; raise it when an older reader would misunderstand.
    public static let format: UInt16 = 4

    public var writeID: UInt64
    public var jobID: JobID
    public var owner: OwnerID
    public var caseID: CaseID
    public let family: JobFamily
    public var status: JobStatus
    /// False after a terminal status only while another epoch is already planned.
    public var isFinal: Bool
    public var createdAt: Milliseconds
    public var startedAt: Milliseconds?
    /// When the present terminal status was reached.
    public var completedAt: Milliseconds?
    public var updatedAt: Milliseconds
    /// The stored ``JobSpecification``.
    public var specification: ContentHash
    /// Of the whole request, to tell a repeated `create` from another one.
    public var requestHash: ContentHash
    public var handOut: HandOut
    /// Earlier hand-outs whose results are still welcome; at most ``claimsKept``.
    public var pastClaims: [PastClaim]
    /// The newest version folded in the present epoch; 0 before the first.
    public var version: Int
    public var assets: [JobAsset]
    /// Pictures that its specification names; kept as long as it is.
    public var inputs: [ContentHash]
    /// Set while the present epoch waits for its turn at the worker.
    public var queue: QueuePlace?
    /// What the worker expected the present epoch to cost, in millionths; nil if it did not say, or a price is unknown.
    public var estimateMicros: Int64?
    /// Epochs asked for by people, whatever for.
    public var retryCount: Int
    /// Attempts an asset may have (system B's name for the limit, without the first).
    public var maxRetries: Int
    /// Why the last trigger failed, or what else stands in the way.
    public var lastError: String?
    /// When there was news last: of a worker, or of somebody who asked for another epoch.
    public var heardAt: Milliseconds
    /// Since when somebody has been told that there is no news.
    public var alertedAt: Milliseconds?
    /// Somebody wants the work to end.
    public var cancel: CancelOrder?
    /// Epochs since the last that somebody asked for, opened for what a deadline had cut off.
    public var continuations: Int
    /// When the job may be forgotten; set with a terminal status.
    public var keepUntil: Milliseconds?
    /// Set once all else but what became of the job has been let go.
    public var forgotten: ForgottenJob?
    /// What happened to it here, oldest first; at most ``journalKept``.
    public var journal: [JournalEntry]
    /// The workers' own histories of epochs that have ended, as stored; at most ``historiesKept``.
    public var histories: [HistoryReference]
    /// Set where the owner's account has to do with it.
    public var account: JobAccount?
    /// How long the newest of its webhooks took from the first try to the acknowledgement, as its workers said; nil for
    /// none, at most 20.
    public var deliveryTimes: [Milliseconds]?
    /// The trace that it belongs to, over all its epochs; nil in records of an earlier version.
    public var trace: TraceParent?

    public static let claimsKept = 16
    public static let journalKept = 60
    public static let historiesKept = 16

    public init(
        jobID: JobID, owner: OwnerID, caseID: CaseID, createdAt: Milliseconds, specification: ContentHash,
        requestHash: ContentHash, handOut: HandOut, assets: [JobAsset], inputs: [ContentHash] = [],
        family: JobFamily = .case, maxRetries: Int = 3
    ) {
        writeID = 0
        self.jobID = jobID
        self.owner = owner
        self.caseID = caseID
        self.family = family
        status = .pending
        isFinal = false
        self.createdAt = createdAt
        updatedAt = createdAt
        self.specification = specification
        self.requestHash = requestHash
        self.handOut = handOut
        pastClaims = []
        version = 0
        self.assets = assets
        self.inputs = inputs
        retryCount = 0
        self.maxRetries = maxRetries
        heardAt = createdAt
        continuations = 0
        journal = []
        histories = []
    }

    public var completedImages: Int { assets.count { $0.status == .generated } }

    /// Assets that failed so far; at a terminal status every asset that was not generated.
    public var failedIDs: [AssetID] {
        assets.filter { status.isTerminal ? $0.status != .generated : $0.status.isFailure }.map(\.id)
    }

    /// The error that tells most: of the first asset without a picture that has one.
    public var firstError: MediaError? {
        assets.lazy.filter { $0.status != .generated }.compactMap(\.error).first
    }

    /// The word of the legacy key `case:<caseId>:image-status`, where `completed` reads `ready`.
    public var legacyStatus: String {
        switch status {
        case .completed: "ready"
        case .canceled: "failed"
        case .pending, .generating, .partial, .failed: status.rawValue
        }
    }
}
