/// What a control process was told about looking after jobs.
public struct JobPolicy: Hashable, Sendable {
    /// Base URLs of the workers that work may be handed to, in the order in which they take over from one another.
    /// Empty: a job stays with the worker of its hand-out.
    public var workers: [String]
    /// How long a worker may start calls after its hand-out or its last news.
    public var fence: Milliseconds
    /// Without news for so long a worker is asked.
    public var silence: Milliseconds
    /// A job without news for so long, and not waiting in a queue, is worth an alert.
    public var stuckAfter: Milliseconds
    /// Whether what the job's deadline cut off goes on in another epoch.
    public var continuesAfterDeadline: Bool
    /// How long a job is kept after its end.
    public var jobKept: Milliseconds
    /// How long it is known after that what became of it.
    public var memoryKept: Milliseconds

    public init(
        workers: [String] = [], fence: Milliseconds = HandOut.fence, silence: Milliseconds = 30_000,
        stuckAfter: Milliseconds = 600_000, continuesAfterDeadline: Bool = true,
        jobKept: Milliseconds = 30 * 86_400_000, memoryKept: Milliseconds = 90 * 86_400_000
    ) {
        self.workers = workers
        self.fence = fence
        self.silence = silence
        self.stuckAfter = stuckAfter
        self.continuesAfterDeadline = continuesAfterDeadline
        self.jobKept = jobKept
        self.memoryKept = memoryKept
    }
}
