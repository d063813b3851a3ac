import Threads

/// Tasks that outlive the call that started them, until ``close()``.
final class LiveTasks: Sendable {
    private struct State {
        var tasks: [Int: Task<Void, Never>] = [:]
        var next = 0
        var isClosed = false
    }

    private let state = Locked(State())
    private let limit: Int

    /// - Parameter limit: how many may be under way.
    init(limit: Int) { self.limit = limit }

    /// Starts the work.
    ///
    /// - Returns: false, and nothing starts, when too many are under way or it is closed.
    @discardableResult
    func start(_ body: @escaping @Sendable () async -> Void) -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.tasks.count < limit else { return false }
            let key = state.next
            state.next += 1
            // It cannot remove itself before it is in the table: that takes this lock.
            state.tasks[key] = Task {
                await body()
                self.state.withLock { $0.tasks[key] = nil }
            }
            return true
        }
    }

    /// Cancels all and waits for them; none starts after this.
    func close() async {
        let tasks = state.withLock { state in
            state.isClosed = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
