import JobModel

/// Hands work to a worker. Every failure comes back as a value.
public protocol WorkerClient: Sendable {
    func trigger(_ job: JobRecord, specification: JobSpecification) async -> TriggerAnswer

    /// What the worker knows of the hand-out's run. Ends within seconds.
    /// - Parameter refresh: have it ask its provider for news of calls under way; they come later.
    func ask(_ job: JobRecord, refresh: Bool) async -> WorkerAnswer

    /// The worker's own account of the hand-out's run so far; nil if it cannot be had.
    func history(of job: JobRecord) async -> RunHistory?

    /// Tells the worker to end the hand-out's run, or never to begin it. Ends within seconds.
    func cancel(_ job: JobRecord) async -> CancelAnswer

    /// Has the worker send its last snapshot of the job once more.
    func redeliver(_ jobID: JobID, at worker: String) async -> RedeliveryAnswer

    /// Tells the worker that a provider has news of a call; it then asks the provider itself. Ends within seconds.
    /// - Parameter worker: its base URL.
    func nudge(_ call: RemoteCall, of jobID: JobID, at worker: String) async -> NudgeAnswer
}

/// What a worker said of a run that it was asked about.
public enum WorkerAnswer: Hashable, Sendable {
    case snapshot(Snapshot)
    /// It has none under this claim.
    case unknown
    case unreachable(reason: String)
}

/// How asking a worker to tell once more ended.
public enum RedeliveryAnswer: Hashable, Sendable {
    case taken
    /// The worker has no such run, or not any more.
    case unknown
    case unreachable(reason: String)
}

/// How a nudge ended. Nothing depends on it: the worker asks the provider by itself too, only later.
public enum NudgeAnswer: Hashable, Sendable {
    case taken
    case failed(reason: String)
}

/// What a control process needs to know to create jobs.
public struct HandOutAddresses: Sendable {
    /// The worker's base URL, without a slash at the end.
    public var worker: String
    /// The receiver's webhook route, as a worker reaches it.
    public var webhookURL: String
    /// Where the local owner's pictures are put; nil lets all travel inside the webhooks.
    public var artifactURL: String?
    /// The receiver's base URL, below which other owners' pictures are put.
    public private(set) var receiver: String?

    public init(worker: String, webhookURL: String, artifactURL: String?) {
        self.worker = worker
        self.webhookURL = webhookURL
        self.artifactURL = artifactURL
    }

    /// The stable routes of a receiver at `receiver` (a base URL).
    public init(worker: String, receiver: String) {
        let base = receiver.hasSuffix("/") ? String(receiver.dropLast()) : receiver
        self.init(
            worker: worker.hasSuffix("/") ? String(worker.dropLast()) : worker,
            webhookURL: base + "/api/webhook/image-progress", artifactURL: base + "/api/artifacts")
        self.receiver = base
    }

    /// Where an owner's pictures are put; it names the owner, so that a signature over the path covers that too.
    public func artifactURL(of owner: OwnerID) -> String? {
        guard owner != .local, let receiver, artifactURL != nil else { return artifactURL }
        return "\(receiver)/api/owners/\(owner)/artifacts"
    }
}
