/// What one connection is doing, and until when its peer must have done its part: a machine over the time.
struct ConnectionPace {
    private let limits: ConnectionLimits
    /// When the present phase began.
    private var since: ContinuousClock.Instant
    /// Of the request that is being read.
    private var bytes = 0
    private var isReading = false
    /// Requests whose answer has not ended. There may be several: a peer need not wait for one answer to ask again.
    private var owed = 0

    init(_ limits: ConnectionLimits, now: ContinuousClock.Instant) {
        self.limits = limits
        since = now
    }

    /// Nothing is asked and nothing is owed.
    var isWaiting: Bool { !isReading && owed == 0 }

    /// Nil while it is our turn.
    var deadline: ContinuousClock.Instant? {
        switch (isReading, owed) {
        case (false, 0): since + limits.idle
        case (true, 0): since + limits.lingering
        case (true, 1): since + limits.request + .seconds(bytes / limits.bytesPerSecond)
        // With an earlier answer on its way, what comes is held back by us.
        default: nil
        }
    }

    mutating func headCame(now: ContinuousClock.Instant) {
        (isReading, bytes, since) = (true, 0, now)
        owed += 1
    }

    mutating func bodyCame(_ count: Int) { bytes += count }

    mutating func requestEnded(now: ContinuousClock.Instant) { (isReading, since) = (false, now) }

    mutating func answerEnded(now: ContinuousClock.Instant) {
        owed = max(0, owed - 1)
        (bytes, since) = (0, now)
    }
}
