import JobModel

/// Tells somebody, beside the log, that a job wants attention. A failure is the sender's to log: nothing waits for it.
public protocol AlertSender: Sendable {
    func send(_ alert: JobAlert) async
}
