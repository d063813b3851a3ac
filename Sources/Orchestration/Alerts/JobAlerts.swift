import JobModel
import Logging
import Threads

/// Tells of jobs that are stuck, and that they are not any more: one message at a time, in the order in which it happened.
///
/// What a message is about stands in the log and with the job. One that does not arrive is left to them, as is what a
/// process that ends has not told.
final class JobAlerts: Sendable {
    private struct State {
        var line = AlertLine()
        var isTelling = false
    }

    private let sender: any AlertSender
    private let logger: Logger
    private let state = Locked(State())

    init(sender: any AlertSender, logger: Logger) {
        self.sender = sender
        self.logger = logger
    }

    /// - Parameter start: begins the task that tells it and those after it.
    func tell(_ message: AlertMessage, start: (@escaping @Sendable () async -> Void) -> Void) {
        let (hasRoom, isFirst) = state.withLock { state in
            let hasRoom = state.line.add(message)
            defer { state.isTelling = true }
            return (hasRoom, !state.isTelling)
        }
        if !hasRoom {
            logger.error(
                "alert.not_delivered",
                metadata: ["type": "\(message.kind.rawValue)", "error": "too many are waiting to be told"])
        }
        if isFirst { start { await self.tellAll() } }
    }

    private func tellAll() async {
        while let message = next() { _ = await sender.send(message) }
    }

    /// Nil after the last, or when the task is canceled.
    private func next() -> AlertMessage? {
        state.withLock { state in
            let message = Task.isCancelled ? nil : state.line.next()
            state.isTelling = message != nil
            return message
        }
    }
}
