import CCurl
import Threads

/// The way into the engine thread: commands in order, and a descriptor that becomes readable when there are some.
final class Mailbox: Sendable {
    enum Command: Sendable {
        case start(PendingCall)
        case cancel(Call)
        /// A place came free for the call's answer.
        case admit(Call, AnswerRoom.Place)
    }

    private struct State {
        var commands: [Command] = []
        var isClosed = false
        /// Signalled only while the lock is held, so that a number that was given out again is never written to.
        var event: Int32?
    }

    private let state: Locked<State>
    /// For the engine to watch; its own as long as it runs.
    let event: Int32

    init() {
        let event = ccurl_event_create()
        precondition(event >= 0, "no descriptor for the client's mailbox")
        self.event = event
        state = Locked(State(event: event))
    }

    deinit { release() }

    /// False if the client was shut down; the command was not taken then.
    @discardableResult
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            if state.isClosed { return false }
            state.commands.append(command)
            // Earlier ones have signalled, and the engine takes commands only after it cleared the signal.
            if state.commands.count == 1, let event = state.event { ccurl_event_signal(event) }
            return true
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            if let event = state.event { ccurl_event_signal(event) }
        }
    }

    /// Closes the descriptor. The engine must have ended, or never look again.
    func release() {
        state.withLock { state in
            if let event = state.event { ccurl_close(event) }
            state.event = nil
        }
    }

    func takeAll() -> (commands: [Command], isClosed: Bool) {
        state.withLock { state in
            defer { state.commands = [] }
            return (state.commands, state.isClosed)
        }
    }
}
