/// The wish that a job's work ends, until its worker has answered.
public struct CancelOrder: Hashable, Sendable, Codable {
    public var askedAt: Milliseconds
    /// Times that the worker was told.
    public var tries: Int
    /// Until it is told again.
    public var wait: Wait?
    /// The worker knows.
    public var isAnswered: Bool

    public init(askedAt: Milliseconds) {
        self.askedAt = askedAt
        tries = 0
        isAnswered = false
    }
}

/// How telling a worker of a cancel ended.
public enum CancelAnswer: Hashable, Sendable {
    /// It has the run and ends it: a last snapshot follows.
    case taken
    /// It never had the run, and will not begin it.
    case unknown
    case unreachable(reason: String)
}
