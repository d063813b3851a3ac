/// When and whether a failed attempt is followed by another. The only retry rule in the product.
public struct RetryPolicy: Hashable, Sendable, Codable {
    /// All attempts of one asset in one epoch; at least 1.
    /// With several providers, of each of them.
    public var maximumAttempts: Int
    /// Ceiling of the wait after the first failure.
    public var firstDelay: Milliseconds
    public var factor: Double
    public var maximumDelay: Milliseconds
    /// With jitter the wait is drawn evenly between 0 and the ceiling, so that clients that failed together do not come
    /// back together.
    public var hasJitter: Bool
    /// A provider that asks for a longer wait than this is not waited for.
    public var longestHint: Milliseconds

    public init(
        maximumAttempts: Int = 4, firstDelay: Milliseconds = 2_000, factor: Double = 2,
        maximumDelay: Milliseconds = 30_000, hasJitter: Bool = true, longestHint: Milliseconds = 300_000
    ) {
        self.maximumAttempts = max(1, maximumAttempts)
        self.firstDelay = max(0, firstDelay)
        self.factor = factor
        self.maximumDelay = max(0, maximumDelay)
        self.hasJitter = hasJitter
        self.longestHint = longestHint
    }

    public enum Decision: Hashable, Sendable {
        case retry(after: Milliseconds)
        /// New words or a decision are needed.
        case park
        case fail
    }

    /// What follows the failure of attempt number `attempt` (from 1).
    /// - Parameters:
    ///   - timeLeft: of the asset's and the job's deadlines, the shorter; a wait that would not end within it is no use.
    ///   - dice: a random number, drawn by the caller.
    public func decide(
        after error: MediaError, attempt: Int, timeLeft: Milliseconds, dice: UInt64
    ) -> Decision {
        if error.kind == .refused { return .park }
        guard error.isRetryable, attempt < maximumAttempts else { return .fail }
        if let hint = error.retryAfter, hint > longestHint { return .fail }
        let delay = max(backoff(afterAttempt: attempt, dice: dice), error.retryAfter ?? 0)
        return delay < timeLeft ? .retry(after: delay) : .fail
    }

    /// The wait after failure number `attempt` (from 1).
    public func backoff(afterAttempt attempt: Int, dice: UInt64) -> Milliseconds {
        var ceiling = Double(firstDelay)
        for _ in 1..<max(1, min(attempt, 64)) where ceiling < Double(maximumDelay) { ceiling *= factor }
        // Compared as it is: a ceiling beyond every integer must not be turned into one.
        let bounded = ceiling < Double(maximumDelay) ? Milliseconds(max(0, ceiling)) : maximumDelay
        guard hasJitter else { return bounded }
        return Milliseconds(dice % UInt64(bounded + 1))
    }
}

/// How long things may take. Connect is the adapter's; the other three are the run's own.
public struct RunLimits: Hashable, Sendable, Codable {
    /// One call to a provider, picture decoded and all.
    public var attemptTimeout: Milliseconds
    /// All attempts and waits of one asset.
    public var assetDeadline: Milliseconds
    /// The whole job, from its first provider call. Time in which no worker ran does not count.
    public var jobDeadline: Milliseconds
    public var retry: RetryPolicy
    public var schedule: Schedule
    /// Assets with a call in flight at once, and how many of them may be locations; at least 1.
    public var window: Int
    public var locationWindow: Int
    /// All calls of all assets of the job in one epoch; nil for no limit of their sum.
    public var jobAttempts: Int?
    /// What the calls of one epoch may cost, those included that may have been billed; nil for any amount. No call
    /// starts whose price would go beyond it, or is not known.
    public var costLimit: Int64?

    public init(
        attemptTimeout: Milliseconds = 60_000, assetDeadline: Milliseconds = 270_000,
        jobDeadline: Milliseconds = 300_000, retry: RetryPolicy = RetryPolicy(), schedule: Schedule = .rolling,
        window: Int = 5, locationWindow: Int = 4, jobAttempts: Int? = nil, costLimit: Int64? = nil
    ) {
        self.attemptTimeout = attemptTimeout
        self.assetDeadline = assetDeadline
        self.jobDeadline = jobDeadline
        self.retry = retry
        self.schedule = schedule
        self.window = max(1, window)
        self.locationWindow = max(1, locationWindow)
        self.jobAttempts = jobAttempts
        self.costLimit = costLimit
    }
}

/// How the assets of a job are put to the provider.
public enum Schedule: String, Hashable, Sendable, Codable, CaseIterable {
    /// One window over the priority order: a settled asset frees its slot at once.
    case rolling
    /// Batch after batch, the next when the last asset of the one before has settled.
    case barrier
}
