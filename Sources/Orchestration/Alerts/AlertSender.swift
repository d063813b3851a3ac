import JobModel

/// Tells somebody, beside the log, of what wants attention. A failure is the sender's to log.
public protocol AlertSender: Sendable {
    /// - Returns: whether it arrived.
    func send(_ message: AlertMessage) async -> Bool
}
