/// The whole visible job at one version: what a webhook says.
public struct Snapshot: Hashable, Sendable {
    public var jobID: JobID
    public var owner: OwnerID
    public var caseID: CaseID
    public var epoch: Int
    public var claim: Claim
    public var version: Int
    public var status: JobStatus
    public var isFinal: Bool
    /// The address it was made for.
    public var webhookURL: String
    /// Where its pictures can be read; nil means that they travel inside.
    public var artifactURL: String?
    /// Set while the run waits for its turn at the worker.
    public var queue: QueuePlace?
    /// What the job was expected to cost when the worker took it, in millionths; nil if a price was not known.
    public var estimateMicros: Int64?
    public var assets: [SnapshotAsset]
    /// Tries to tell earlier versions, in the final snapshot to a receiver of ours.
    public var deliveries: [DeliveryTry]?
    /// Travels beside it, in a header.
    public var trace: TraceParent?

    public init(
        jobID: JobID, owner: OwnerID, caseID: CaseID, epoch: Int, claim: Claim, version: Int, status: JobStatus,
        isFinal: Bool, webhookURL: String, artifactURL: String?, queue: QueuePlace? = nil,
        estimateMicros: Int64? = nil, assets: [SnapshotAsset], deliveries: [DeliveryTry]? = nil
    ) {
        self.jobID = jobID
        self.owner = owner
        self.caseID = caseID
        self.epoch = epoch
        self.claim = claim
        self.version = version
        self.status = status
        self.isFinal = isFinal
        self.webhookURL = webhookURL
        self.artifactURL = artifactURL
        self.queue = queue
        self.estimateMicros = estimateMicros
        self.assets = assets
        self.deliveries = deliveries
    }

    /// Stable over all tries of one delivery. A message id must not hold a dot, which a job id may.
    public var messageID: String {
        "\(jobID.text.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "_"))-\(epoch)-\(version)"
    }

    /// Where a picture can be read; nil if they travel inside.
    public func link(to picture: Picture) -> String? { artifactURL.map { "\($0)/\(picture.hash)" } }

    public var madeCount: Int { assets.count { $0.status == .generated } }

    /// Assets that failed so far; once final, every asset that was not generated.
    public var failedIDs: [AssetID] {
        assets.filter { isFinal || status.isTerminal ? $0.status != .generated : $0.status.isFailure }.map(\.id)
    }
}

/// Where a run stands that waits for its turn.
public struct QueuePlace: Hashable, Sendable, Codable {
    /// Jobs that come before it.
    public var ahead: Int
    /// When that was so, in milliseconds of Unix time.
    public var at: Milliseconds

    public init(ahead: Int, at: Milliseconds) {
        self.ahead = ahead
        self.at = at
    }
}

/// One asset as a receiver sees it.
public struct SnapshotAsset: Hashable, Sendable, Codable {
    public var id: AssetID
    public var kind: AssetKind
    public var status: AssetState
    public var attempts: Int
    /// Who was asked last in this epoch.
    public var provider: String?
    public var error: MediaError?
    public var picture: Picture?
    public var source: AssetSource?
    /// Of this epoch's calls; absent while there were none.
    public var cost: AssetCost?
    /// A call whose end is not known yet, for another worker to ask about.
    public var openCall: RemoteCall?
    /// True where the job's deadline or the time for starting calls ended it: another epoch may go on with it.
    public var cutOff: Bool?
    /// The last of its steps in this epoch, in the final snapshot to a receiver of ours.
    public var history: [AssetEvent]?

    public init(
        id: AssetID, kind: AssetKind, status: AssetState, attempts: Int, error: MediaError?, picture: Picture?,
        source: AssetSource?, cost: AssetCost? = nil, openCall: RemoteCall? = nil, cutOff: Bool? = nil,
        provider: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.status = status
        self.attempts = attempts
        self.provider = provider
        self.error = error
        self.picture = picture
        self.source = source
        self.cost = cost
        self.openCall = openCall
        self.cutOff = cutOff
    }
}

extension AssetState {
    /// Settled without a picture.
    public var isFailure: Bool { isSettled && self != .generated }
}

extension RunRecord {
    /// What a receiver may know now. With an artifact address a picture shows only once it was put there (a finished run
    /// excepted, which is sent only after its pictures).
    public func visibleState(of asset: AssetRun) -> AssetState {
        let isOnItsWay = asset.state == .generated && artifactURL != nil && asset.upload != .done && !isFinished
        return isOnItsWay ? .generating : asset.state
    }

    /// Whether the outcome is not told yet, because pictures that it names are on their way.
    public var isHeldBack: Bool {
        isFinished && artifactURL != nil && assets.contains { $0.state == .generated && $0.upload == .pending }
    }

    /// What a receiver may know of the assets now.
    var visibleAssets: [SnapshotAsset] {
        assets.map { asset in
            let state = visibleState(of: asset)
            let isShown = state == .generated
            return SnapshotAsset(
                id: asset.id, kind: asset.kind, status: state, attempts: asset.attempts, error: asset.error,
                picture: isShown ? asset.picture : nil, source: isShown ? asset.source : nil,
                cost: asset.startedAt == nil && asset.cost == AssetCost() ? nil : asset.cost, openCall: asset.openCall,
                cutOff: state.isSettled ? asset.cutOff : nil,
                provider: asset.starts > 0 ? provider(of: asset) : nil)
        }
    }

    private func provider(of asset: AssetRun) -> String? {
        providers.indices.contains(asset.provider) ? providers[asset.provider].name : nil
    }

    public func snapshot() -> Snapshot {
        var snapshot = Snapshot(
            jobID: jobID, owner: owner, caseID: caseID, epoch: epoch, claim: claim, version: version, status: status,
            isFinal: isFinished, webhookURL: webhookURL, artifactURL: artifactURL, queue: queue,
            estimateMicros: estimateMicros, assets: visibleAssets)
        snapshot.trace = trace
        guard isFinished, artifactURL != nil else { return snapshot }
        for (index, asset) in assets.enumerated() where !asset.history.isEmpty {
            snapshot.assets[index].history = asset.history
        }
        let earlier = deliveries.filter { $0.version < version }
        if !earlier.isEmpty { snapshot.deliveries = earlier }
        return snapshot
    }
}
