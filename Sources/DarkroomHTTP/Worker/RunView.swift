import JobModel

/// The worker's own view of a run.
struct RunView: Encodable, Sendable {
    var success: Bool
    var jobId: JobID
    /// Absent, as all that follows from a trigger, in a cancel that came before it.
    var caseId: CaseID?
    /// Absent in a cancel of whichever epoch comes first.
    var epoch: Int?
    /// False for a run that has not come.
    var known: Bool?
    /// Whether the run was emptied: how it ended is all that is left.
    var forgotten: Bool?
    var version: Int?
    var status: JobStatus
    var final: Bool
    var completedImages: Int?
    var totalImages: Int?
    var acceptedAt: Milliseconds?
    var finishedAt: Milliseconds?
    /// Milliseconds from acceptance to the end, or to now for a run in hand on its own clock.
    var duration: Milliseconds?
    var failedIds: [AssetID]?
    var assets: [SnapshotAsset]?
    /// The last steps of each asset, by its id.
    var history: [String: [AssetEvent]]?
    /// The last tries to tell of it, oldest first.
    var deliveries: [DeliveryTry]?

    /// What its receiver is told, for whoever knows the claim.
    var snapshot: SnapshotMessage?

    init(_ run: RunRecord) {
        success = run.isGhost || (run.status != .failed && run.status != .canceled)
        jobId = run.jobID
        status = run.status
        final = run.isFinished
        if run.isGhost {
            known = false
            epoch = run.cancelThrough
        } else {
            describe(run)
        }
    }

    private mutating func describe(_ run: RunRecord) {
        caseId = run.caseID
        epoch = run.epoch
        version = run.version
        acceptedAt = run.acceptedAt
        finishedAt = run.finishedAt
        duration = run.finishedAt.map { $0 - run.acceptedAt } ?? run.spent
        if let left = run.forgotten {
            forgotten = true
            (completedImages, totalImages) = (left.made, left.assets)
        } else {
            let snapshot = run.snapshot()
            (completedImages, totalImages) = (snapshot.madeCount, snapshot.assets.count)
            failedIds = snapshot.failedIDs
            assets = snapshot.assets
            history = Dictionary(run.assets.map { ($0.id.text, $0.history) }, uniquingKeysWith: { first, _ in first })
            deliveries = run.deliveries
        }
    }
}
