import Threads

/// Counts the calls in progress, so that closing can wait for them.
final class OperationCount: Sendable {
    private let state = Locked(State())

    private struct State {
        var running = 0
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// False if closed: then nothing was begun.
    func begin() -> Bool {
        state.withLock { state in
            if !state.isClosed { state.running += 1 }
            return !state.isClosed
        }
    }

    func end() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.running -= 1
            guard state.running == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Refuses new calls and waits for those in progress. May be called by several.
    func close() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                state.isClosed = true
                if state.running > 0 { state.waiting.append(continuation) }
                return state.running == 0
            }
            if isQuiet { continuation.resume() }
        }
    }
}
