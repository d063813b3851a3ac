import JobModel

/// When a prediction is asked about next.
struct ReplicatePoll {
    private let pace: ReplicateConfiguration.PollPace
    private var next: Duration
    private var lastAsked: ContinuousClock.Instant?
    /// The provider asked not to be asked before.
    private var notBefore: ContinuousClock.Instant?
    private var timesMissing = 0
    private(set) var lastTrouble: String?

    /// A prediction that was just made may not be found at once; one that is not found so often is gone.
    private static let missingAtMost = 3

    init(pace: ReplicateConfiguration.PollPace) {
        self.pace = pace
        next = pace.first
    }

    /// Returns when it is time to ask, the deadline has passed, or the task is canceled. News ends it early, but neither
    /// a wait that the provider asked for nor the least pause between two questions.
    mutating func pause(_ wakeup: Wakeup, until deadline: ContinuousClock.Instant) async {
        let (begin, floor) = (ContinuousClock.now, lastAsked.map { $0 + pace.least })
        if let earliest = [floor, notBefore].compactMap({ $0 }).max(), earliest > begin {
            // Sleep throws only when it is canceled, which the caller looks at.
            try? await Task.sleep(until: min(earliest, deadline))
        }
        let due = min(begin + next, deadline)
        if due > .now { await wakeup.wait(atMost: due - .now) }
        next = min(next + next / 2, pace.longest)
        (lastAsked, notBefore) = (.now, nil)
    }

    mutating func wasAnswered() { (timesMissing, lastTrouble) = (0, nil) }

    /// Whether it is worth asking again.
    mutating func wasMissing() -> Bool {
        timesMissing += 1
        return timesMissing < Self.missingAtMost
    }

    mutating func wasUnanswered(_ error: MediaError) {
        lastTrouble = error.message
        if let delay = error.retryAfter { notBefore = .now + .milliseconds(delay) }
    }
}
