/// What a webhook may tell of a prediction.
enum WebhookEvent: String, CaseIterable, Sendable {
    case start
    case output
    case logs
    case completed

    /// What is told when no filter was given.
    static let standard: Set<WebhookEvent> = [.output, .completed]
}
