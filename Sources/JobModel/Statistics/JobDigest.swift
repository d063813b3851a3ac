/// What statistics have to know of one job.
public struct JobDigest: Hashable, Sendable {
    public var jobID: JobID
    public var owner: OwnerID
    public var family: JobFamily
    public var status: JobStatus
    public var createdAt: Milliseconds
    /// Nil while it runs.
    public var completedAt: Milliseconds?
    /// Whether people had it go on after an end: then the time since its creation says nothing.
    public var wasRetried: Bool
    /// Of one that runs: since when there was no news, unless it waits for its turn at a worker.
    public var silentSince: Milliseconds?
    public var isAlerted: Bool
    public var images: [ImageFigures]
    /// How long its webhooks took from the first try to the acknowledgement.
    public var deliveryTimes: [Milliseconds]

    public init(_ job: JobRecord) {
        jobID = job.jobID
        owner = job.owner
        family = job.family
        status = job.status
        createdAt = job.createdAt
        let isEnded = job.status.isTerminal
        completedAt = isEnded ? job.completedAt ?? job.updatedAt : nil
        wasRetried = job.retryCount > 0
        silentSince = isEnded || job.queue != nil ? nil : job.heardAt
        isAlerted = !isEnded && job.alertedAt != nil
        images = isEnded ? job.imageFigures : []
        // Earlier versions kept whatever a worker said.
        deliveryTimes = (job.deliveryTimes ?? []).map { min(max($0, 0), DeliveryTry.longestLatency) }
    }

    func isStuck(at now: Milliseconds, after limit: Milliseconds) -> Bool {
        isAlerted || silentSince.map { now - $0 >= limit } ?? false
    }
}

extension JobRecord {
    static let deliveryTimesKept = 20

    /// What the worker says of the webhooks before its last one.
    mutating func keepDeliveryTimes(of snapshot: Snapshot) {
        let new = (snapshot.deliveries ?? []).compactMap(\.latency)
        guard !new.isEmpty else { return }
        deliveryTimes = Array(((deliveryTimes ?? []) + new).suffix(Self.deliveryTimesKept))
    }
}
