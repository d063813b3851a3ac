import Threads

/// The tasks of a runner: each can be canceled by name, and all end before the runner does.
final class TaskYard<Name: Hashable & Sendable>: Sendable {
    private struct Contents {
        var next: UInt64 = 0
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var names: [Name: UInt64] = [:]
        var isClosed = false
        /// Tasks ever started.
        var started: UInt64 { next }
        var watchers: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var lastWatcher: UInt64 = 0
    }

    /// What goes on at one instant: a yard that shows the same twice, and nothing running, was quiet between.
    struct Activity: Hashable {
        let started: UInt64
        let running: Int
    }

    var activity: Activity { contents.withLock { Activity(started: $0.started, running: $0.tasks.count) } }

    private let contents = Locked(Contents())

    /// Starts `body`, unless the yard is closed. A name is free again when its task has ended.
    func start(_ name: Name? = nil, _ body: @escaping @Sendable () async -> Void) {
        contents.withLock { contents in
            guard !contents.isClosed else { return }
            let id = contents.next
            contents.next += 1
            contents.tasks[id] = Task {
                await body()
                self.remove(id, name)
            }
            if let name { contents.names[name] = id }
        }
    }

    func cancel(_ name: Name) {
        let task = contents.withLock { contents in contents.names[name].flatMap { contents.tasks[$0] } }
        task?.cancel()
    }

    /// Returns when no task runs, or when the caller is canceled.
    func untilEmpty() async {
        let id = contents.withLock { contents in
            contents.lastWatcher += 1
            return contents.lastWatcher
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = contents.withLock { contents in
                    guard !contents.tasks.isEmpty, !Task.isCancelled else { return false }
                    contents.watchers[id] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            contents.withLock { $0.watchers.removeValue(forKey: id) }?.resume()
        }
    }

    /// Takes no more tasks, cancels those that run and waits for them.
    func close() async {
        let tasks = contents.withLock { contents in
            contents.isClosed = true
            return Array(contents.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func remove(_ id: UInt64, _ name: Name?) {
        let watchers: [CheckedContinuation<Void, Never>] = contents.withLock { contents in
            contents.tasks[id] = nil
            if let name, contents.names[name] == id { contents.names[name] = nil }
            guard contents.tasks.isEmpty else { return [] }
            defer { contents.watchers = [:] }
            return Array(contents.watchers.values)
        }
        for watcher in watchers { watcher.resume() }
    }
}
