import Threads

/// The tasks of a runner: each can be canceled by name, and all end before the runner does.
final class TaskYard<Name: Hashable & Sendable>: Sendable {
    private struct Contents {
        var next: UInt64 = 0
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var names: [Name: UInt64] = [:]
        var isClosed = false
    }

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
        contents.withLock { contents in
            contents.tasks[id] = nil
            if let name, contents.names[name] == id { contents.names[name] = nil }
        }
    }
}
