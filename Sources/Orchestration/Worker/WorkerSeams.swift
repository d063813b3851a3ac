import JobModel

/// Tells a receiver. Every answer and every failure comes back as a `DeliveryAnswer`.
public protocol SnapshotSender: Sendable {
    /// - Parameter pictures: the bytes of the snapshot's pictures where they are to travel inside; empty otherwise.
    func deliver(_ snapshot: Snapshot, pictures: [ContentHash: [UInt8]]) async -> DeliveryAnswer

    /// Puts one picture to `artifactURL`.
    /// - Parameter trace: the one that the run belongs to.
    func upload(
        _ bytes: [UInt8], hash: ContentHash, to artifactURL: String, of jobID: JobID, trace: TraceParent?
    ) async -> DeliveryAnswer
}

/// Reads pictures that came with a run's request from where its creator keeps them.
public protocol InputSource: Sendable {
    /// The bytes, which have the input's hash. A failure is told as one before the provider was asked; one that can pass
    /// is retryable.
    func read(
        _ input: InputPicture, of run: RunRecord, within limit: Duration
    ) async -> Result<[UInt8], MediaError>
}

/// What a worker holds itself to.
public struct WorkerSettings: Sendable {
    /// For every run; a caller's options can only tighten them.
    public var limits: RunLimits
    /// Runs in hand, delivery included; beyond it triggers are answered "busy".
    public var maximumRuns: Int
    /// Calls in flight at one time over all providers; nil for no limit. Each takes memory, and a socket.
    public var callsAtOnce: Int?
    /// Whether a provider that fails again and again is left alone for a while.
    public var hasBreakers: Bool
    public var policy: RunPolicy
    /// For calls in flight, their records and deliveries under way, once the worker is asked to end.
    public var shutdownGrace: Milliseconds

    public init(
        limits: RunLimits = RunLimits(), maximumRuns: Int = 4_000, callsAtOnce: Int? = 512,
        hasBreakers: Bool = true, policy: RunPolicy = RunPolicy(), shutdownGrace: Milliseconds = 20_000
    ) {
        self.callsAtOnce = callsAtOnce
        self.shutdownGrace = shutdownGrace
        self.policy = policy
        self.hasBreakers = hasBreakers
        self.limits = limits
        self.maximumRuns = maximumRuns
    }
}
