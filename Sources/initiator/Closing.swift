import Logging
import Threads

/// Ends what a command has under way, but not at any price: what was told is durable, and a command that is done returns.
enum Closing {
    static let limit = Duration.seconds(5)

    /// Returns when `body` has ended or the limit has passed, which is logged with the step's name.
    static func end(_ step: String, _ logger: Logger, _ body: @escaping @Sendable () async -> Void) async {
        let isInTime = Locked(false)
        await withCheckedContinuation { continuation in
            let waiter = Locked<CheckedContinuation<Void, Never>?>(continuation)
            let finish: @Sendable () -> Void = {
                let continuation = waiter.withLock { waiter in
                    defer { waiter = nil }
                    return waiter
                }
                continuation?.resume()
            }
            Task {
                await body()
                isInTime.withLock { $0 = true }
                finish()
            }
            Task {
                // The task that sleeps ends with the process.
                try? await Task.sleep(for: limit)
                finish()
            }
        }
        if !isInTime.withLock({ $0 }) { logger.error("command.close_timed_out", metadata: ["step": "\(step)"]) }
    }
}
