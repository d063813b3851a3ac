/// The body of a progress webhook: the seed's fields exactly, and ours, absent in a stranger's update.
public struct SnapshotMessage: Hashable, Sendable, Codable {
    public var caseID: CaseID
    public var status: JobStatus
    public var completedImages: Int
    public var totalImages: Int
    /// By asset id: a link, or a `data:` URI where no artifact address was given.
    public var evidenceImages: [String: String]
    public var locationImages: [String: String]
    public var failedIDs: [AssetID]

    public var jobID: JobID?
    /// Absent for the local owner.
    public var owner: OwnerID?
    public var epoch: Int?
    public var claim: Claim?
    public var version: Int?
    public var isFinal: Bool?
    /// The address it was made for.
    public var to: String?
    public var queue: QueuePlace?
    public var estimateMicros: Int64?
    public var assets: [SnapshotAsset]?
    public var deliveries: [DeliveryTry]?

    private enum CodingKeys: String, CodingKey {
        case caseID = "caseId"
        case status
        case completedImages
        case totalImages
        case evidenceImages
        case locationImages
        case failedIDs = "failedIds"
        case jobID = "jobId"
        case owner
        case epoch
        case claim
        case version
        case isFinal = "final"
        case to
        case queue
        case estimateMicros
        case assets
        case deliveries
    }

    /// - Parameter link: the text that stands for a picture.
    public init(_ snapshot: Snapshot, link: (Picture) -> String) {
        caseID = snapshot.caseID
        status = snapshot.status
        completedImages = snapshot.madeCount
        totalImages = snapshot.assets.count
        (evidenceImages, locationImages) = ([:], [:])
        for asset in snapshot.assets where asset.status == .generated {
            guard let picture = asset.picture else { continue }
            switch asset.kind {
            case .location: locationImages[asset.id.text] = link(picture)
            case .evidence, .other: evidenceImages[asset.id.text] = link(picture)
            }
        }
        failedIDs = snapshot.failedIDs
        jobID = snapshot.jobID
        owner = snapshot.owner == .local ? nil : snapshot.owner
        epoch = snapshot.epoch
        claim = snapshot.claim
        version = snapshot.version
        isFinal = snapshot.isFinal
        to = snapshot.webhookURL
        queue = snapshot.queue
        estimateMicros = snapshot.estimateMicros
        assets = snapshot.assets
        deliveries = snapshot.deliveries
    }

    /// The snapshot in it; nil if it has none of our fields (a stranger's update).
    /// - Throws: ``InvalidRequest`` if it has some of them only.
    public func snapshot() throws(InvalidRequest) -> Snapshot? {
        if jobID == nil, epoch == nil, claim == nil, version == nil { return nil }
        guard let jobID else { throw missing("jobId") }
        guard let epoch, epoch >= 1 else { throw missing("epoch") }
        guard let claim else { throw missing("claim") }
        guard let version, version >= 1 else { throw missing("version") }
        guard let isFinal else { throw missing("final") }
        guard let to else { throw missing("to") }
        guard let assets, assets.count <= JobSpecification.maximumAssets else { throw missing("assets") }
        for (index, asset) in assets.enumerated() where (asset.status == .generated) != (asset.picture != nil) {
            throw InvalidRequest(
                field: "assets[\(index)].picture", message: "belongs to an asset that is generated, and only to it")
        }
        try SnapshotMessage.checkMoney(assets, estimate: estimateMicros)
        try SnapshotMessage.checkHistory(assets, deliveries)
        return Snapshot(
            jobID: jobID, owner: owner ?? .local, caseID: caseID, epoch: epoch, claim: claim, version: version,
            status: status,
            isFinal: isFinal, webhookURL: to, artifactURL: nil, queue: queue, estimateMicros: estimateMicros,
            assets: assets, deliveries: deliveries)
    }

    /// What happened is told in bounds, so that whoever keeps it needs none of its own.
    private static func checkHistory(
        _ assets: [SnapshotAsset], _ deliveries: [DeliveryTry]?
    ) throws(InvalidRequest) {
        let maximum = AssetRun.historyKept(assets: assets.count)
        for (index, asset) in assets.enumerated() {
            guard (asset.history?.count ?? 0) <= maximum else {
                throw InvalidRequest(field: "assets[\(index)].history", message: "must have at most \(maximum) steps")
            }
            guard (0...maximumAttempts).contains(asset.attempts) else {
                throw InvalidRequest(field: "assets[\(index)].attempts", message: "is out of range")
            }
        }
        if (deliveries?.count ?? 0) > 2 * DeliveryTry.keptOfEach {
            throw InvalidRequest(
                field: "deliveries", message: "must be at most \(2 * DeliveryTry.keptOfEach)")
        }
        let latencies = 0...DeliveryTry.longestLatency
        for (index, delivery) in (deliveries ?? []).enumerated() where !latencies.contains(delivery.latency ?? 0) {
            throw InvalidRequest(field: "deliveries[\(index)].latencyMs", message: "is out of range")
        }
    }

    /// Calls for one image, of all its epochs: sums of them are made here too.
    private static let maximumAttempts = 1_000_000

    /// Sums of what is taken in must not overflow, whatever a worker says.
    private static func checkMoney(_ assets: [SnapshotAsset], estimate: Int64?) throws(InvalidRequest) {
        let assetRange = 0...maximumMicros
        for (index, asset) in assets.enumerated() {
            let cost = asset.cost ?? AssetCost()
            let isSane =
                assetRange.contains(cost.micros) && assetRange.contains(cost.possibleMicros)
                && (0...1_000).contains(cost.possiblyBilled) && assetRange.contains(asset.source?.costMicros ?? 0)
            guard isSane else { throw InvalidRequest(field: "assets[\(index)].cost", message: "is out of range") }
        }
        let jobRange = 0...maximumMicros * Int64(JobSpecification.maximumAssets)
        guard jobRange.contains(estimate ?? 0) else {
            throw InvalidRequest(field: "estimateMicros", message: "is out of range")
        }
    }

    /// A million currency units for one image is a mistake.
    private static let maximumMicros: Int64 = 1_000_000_000_000

    private func missing(_ field: String) -> InvalidRequest {
        InvalidRequest(field: field, message: "is missing or out of range")
    }
}

/// The worker's answer to a trigger.
public struct TriggerReply: Hashable, Sendable, Codable {
    public var jobID: JobID?
    public var epoch: Int?
    public var status: JobStatus?

    public init(jobID: JobID, epoch: Int, status: JobStatus) {
        self.jobID = jobID
        self.epoch = epoch
        self.status = status
    }

    private enum CodingKeys: String, CodingKey {
        case jobID = "jobId"
        case epoch
        case status
    }
}

/// Our receiver's answer to a webhook.
public struct WebhookReply: Hashable, Sendable, Codable {
    public var success: Bool
    public var stopBy: Milliseconds?

    public init(stopBy: Milliseconds?) {
        success = true
        self.stopBy = stopBy
    }
}

/// The one shape of every error that a client sees.
public struct ErrorBody: Hashable, Sendable, Codable {
    public struct Content: Hashable, Sendable, Codable {
        /// Stable, lower snake case.
        public var code: String
        public var message: String
        public var details: Details?
    }

    public struct Details: Hashable, Sendable, Codable {
        public var field: String?
        public var hashes: [ContentHash]?
        public var epoch: Int?
        public var version: Int?

        public init(
            field: String? = nil, hashes: [ContentHash]? = nil, epoch: Int? = nil, version: Int? = nil
        ) {
            self.field = field
            self.hashes = hashes
            self.epoch = epoch
            self.version = version
        }
    }

    public var error: Content

    public init(_ code: String, _ message: String, details: Details? = nil) {
        error = Content(code: code, message: message, details: details)
    }
}
