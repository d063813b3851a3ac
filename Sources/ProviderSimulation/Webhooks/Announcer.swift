import Threads

/// Sends the webhooks of one prediction in order, one at a time. At most a handful ever wait: a prediction has four
/// events and one of them may be repeated.
final class Announcer: Sendable {
    private struct State {
        var waiting: [WebhookMessage] = []
        var isSending = false
    }

    private let state = Locked(State())
    private let url: String
    private let tasks: LiveTasks
    private let deliver: @Sendable (WebhookMessage, String) async -> Void
    private let giveUp: @Sendable () -> Void

    /// - Parameters:
    ///   - tasks: where the sending runs.
    ///   - deliver: sends one message to the URL, and returns once it was taken or given up.
    ///   - giveUp: told of each message that cannot be sent because too many are being sent.
    init(
        url: String, tasks: LiveTasks, deliver: @escaping @Sendable (WebhookMessage, String) async -> Void,
        giveUp: @escaping @Sendable () -> Void
    ) {
        self.url = url
        self.tasks = tasks
        self.deliver = deliver
        self.giveUp = giveUp
    }

    func announce(_ messages: [WebhookMessage]) {
        guard !messages.isEmpty else { return }
        let isIdle = state.withLock { state in
            state.waiting += messages
            defer { state.isSending = true }
            return !state.isSending
        }
        guard isIdle, !tasks.start({ await self.drain() }) else { return }
        while next() != nil { giveUp() }
    }

    private func drain() async {
        while let message = next() {
            if message.delay > .zero { guard (try? await Task.sleep(for: message.delay)) != nil else { return } }
            await deliver(message, url)
        }
    }

    private func next() -> WebhookMessage? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isSending = false
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}

extension Ending {
    /// What is sent at the end of a prediction.
    func closingMessages(of prediction: Prediction) -> [WebhookMessage] {
        var message = WebhookMessage(event: .completed, prediction: prediction)
        guard case .prediction(.webhook(let fate)) = self else { return [message] }
        switch fate {
        case .never: return []
        case .twice: return [message, message]
        case .late(let milliseconds): message.delay = .milliseconds(milliseconds)
        case .forged: message.isForged = true
        }
        return [message]
    }
}
