import JobModel

/// What became of a message to whoever is told of alerts.
public enum AlertOutcome: Hashable, Sendable {
    case delivered
    /// It was answered that this message is not wanted; others may be.
    case refused
    /// Nobody answered, or only that it does not work at present.
    case unreachable
}

/// Tells somebody, beside the log, of what wants attention. A failure is the sender's to log.
public protocol AlertSender: Sendable {
    /// One call takes well under a minute, for which nobody else tells the same.
    func send(_ message: AlertMessage) async -> AlertOutcome
}
