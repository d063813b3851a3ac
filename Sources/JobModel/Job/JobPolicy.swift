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
    /// Whether this process hands work to workers, and so may plan another epoch.
    public var drives: Bool
    /// Whether what the job's deadline cut off goes on in another epoch.
    public var continuesAfterDeadline: Bool
    /// Whether this process tells owners' accounts what jobs have come to.
    public var settles: Bool
    /// How long a job is kept after its end.
    public var jobKept: Milliseconds
    /// The same of a job for a single image, if that is shorter.
    public var imageKept: Milliseconds
    /// How long it is known after that what became of it.
    public var memoryKept: Milliseconds

    public init(
        workers: [String] = [], fence: Milliseconds = HandOut.fence, silence: Milliseconds = 30_000,
        stuckAfter: Milliseconds = 600_000, drives: Bool = true, continuesAfterDeadline: Bool = true,
        settles: Bool = false, jobKept: Milliseconds = JobPolicy.standardKept, imageKept: Milliseconds = 3_600_000,
        memoryKept: Milliseconds = 90 * 86_400_000
    ) {
        self.workers = workers
        self.fence = fence
        self.silence = silence
        self.stuckAfter = stuckAfter
        self.drives = drives
        self.continuesAfterDeadline = continuesAfterDeadline
        self.settles = settles
        self.jobKept = jobKept
        self.imageKept = imageKept
        self.memoryKept = memoryKept
    }

    func kept(_ family: JobFamily) -> Milliseconds { family == .image ? min(imageKept, jobKept) : jobKept }

    public static let standardKept: Milliseconds = 30 * 86_400_000
    /// Epochs that one request may take without anybody asking for more.
    public static let epochsAtMost = 3
    /// After so many triggers without an answer it is another worker's turn.
    static let triesPerWorker = 3
    /// The same where one of them may have arrived: some seven minutes.
    static let triesWhereSent = 12
    /// Of all that may be set.
    static let shortestSilence: Milliseconds = 1_000

    /// Whose turn it is after `worker`; nil if there is no other.
    func worker(after worker: String) -> String? {
        guard let index = workers.firstIndex(of: worker) else { return workers.first }
        let next = workers[(index + 1) % workers.count]
        return next == worker ? nil : next
    }
}
