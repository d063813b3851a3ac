/// The control side's head record of one job: what is wanted, who has it in hand, and the folded copy of results.
public struct JobRecord: Hashable, Sendable {
    /// Version of this encoding; raise it when an older reader would misunderstand.
    public static let format: UInt16 = 1

    public var writeID: UInt64
    public var jobID: JobID
    public var owner: OwnerID
    public var caseID: CaseID
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
    /// Retries asked for by people.
    public var retryCount: Int
    /// Attempts an asset may have (system B's name for the limit, without the first).
    public var maxRetries: Int
    /// Why the last trigger failed, or what else stands in the way.
    public var lastError: String?

    public static let claimsKept = 16

    public init(
        jobID: JobID, owner: OwnerID, caseID: CaseID, createdAt: Milliseconds, specification: ContentHash,
        requestHash: ContentHash, handOut: HandOut, assets: [JobAsset], maxRetries: Int = 3
    ) {
        writeID = 0
        self.jobID = jobID
        self.owner = owner
        self.caseID = caseID
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
        retryCount = 0
        self.maxRetries = maxRetries
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

/// One asset as the control side knows it.
public struct JobAsset: Hashable, Sendable, Codable {
    public var id: AssetID
    public var kind: AssetKind
    public var name: String
    public var status: AssetState
    public var attempts: Int
    public var error: MediaError?
    public var picture: Picture?
    /// Where the picture is when it is not with us (a worker that is not ours sent a link).
    public var link: String?
    public var source: AssetSource?

    public init(id: AssetID, kind: AssetKind, name: String) {
        self.id = id
        self.kind = kind
        self.name = name
        status = .queued
        attempts = 0
    }
}

/// The work in one worker's hands. Written before the trigger leaves.
public struct HandOut: Hashable, Sendable, Codable {
    public enum Acceptance: String, Hashable, Sendable, Codable {
        case none
        /// The worker answered with our job and epoch.
        case acknowledged
        /// It answered yes without naming them: a worker that is not ours.
        case foreign
    }

    public var epoch: Int
    /// The worker's base URL.
    public var worker: String
    public var claim: Claim
    /// After this the worker starts no new call.
    public var stopBy: Milliseconds
    public var webhookURL: String
    public var artifactURL: String?
    /// What the job's creator asked of its runs.
    public var options: RunOptions?
    public var acceptance: Acceptance
    /// Triggers sent.
    public var tries: Int
    /// Until the next trigger may leave.
    public var wait: Wait?

    private enum CodingKeys: String, CodingKey {
        case epoch
        case worker
        case claim
        case stopBy
        case webhookURL = "webhookUrl"
        case artifactURL = "artifactUrl"
        case options
        case acceptance
        case tries
        case wait
    }

    public init(
        epoch: Int, worker: String, claim: Claim, stopBy: Milliseconds, webhookURL: String, artifactURL: String?,
        options: RunOptions? = nil
    ) {
        self.options = options
        self.epoch = epoch
        self.worker = worker
        self.claim = claim
        self.stopBy = stopBy
        self.webhookURL = webhookURL
        self.artifactURL = artifactURL
        acceptance = .none
        tries = 0
    }

    /// How long a worker may start calls without news from us.
    public static let fence: Milliseconds = 30 * 60 * 1_000
}

/// An earlier hand-out.
public struct PastClaim: Hashable, Sendable, Codable {
    public var epoch: Int
    public var claim: Claim
    public var webhookURL: String
    /// Its pictures fit only while the specification is the same.
    public var specification: ContentHash

    private enum CodingKeys: String, CodingKey {
        case epoch
        case claim
        case webhookURL = "webhookUrl"
        case specification
    }
}
