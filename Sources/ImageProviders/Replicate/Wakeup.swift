import Threads

/// Lets one task wait for news or a time, whichever comes first. News that comes while nobody waits is kept for the next
/// wait; more of it before then is one piece of news.
final class Wakeup: Sendable {
    private struct State {
        var hasNews = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    func wake() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            let waiter = state.waiter
            state.waiter = nil
            state.hasNews = waiter == nil
            return waiter
        }
        waiter?.resume()
    }

    /// Returns at once if the task is canceled. Not to be called by two tasks at a time.
    func wait(atMost time: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.news() }
            group.addTask {
                // Sleep throws only when it is canceled: then the wait is over as well.
                try? await Task.sleep(for: time)
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func news() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // A cancellation that comes after this line finds the waiter.
                    if state.hasNews || Task.isCancelled {
                        state.hasNews = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiter
                state.waiter = nil
                return waiter
            }
            waiter?.resume()
        }
    }
}

/// The calls that are waited for here, by the provider's ids. As many as there are attempts in flight.
final class WaitingCalls: Sendable {
    private let calls = Locked<[String: [ObjectIdentifier: Wakeup]]>([:])

    func enter(_ id: String) -> Wakeup {
        let wakeup = Wakeup()
        calls.withLock { $0[id, default: [:]][ObjectIdentifier(wakeup)] = wakeup }
        return wakeup
    }

    func leave(_ id: String, _ wakeup: Wakeup) {
        calls.withLock { calls in
            calls[id]?[ObjectIdentifier(wakeup)] = nil
            if calls[id]?.isEmpty == true { calls[id] = nil }
        }
    }

    func wake(_ id: String) {
        let waiting = calls.withLock { Array(($0[id] ?? [:]).values) }
        for wakeup in waiting { wakeup.wake() }
    }
}
