import Threads

/// How far a worker has come on its way out: running, draining (no new work, what is in flight may end), aborting.
final class ShutdownGate: Sendable {
    enum Phase: Int, Comparable, Sendable {
        case running
        case draining
        case aborting

        static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    private struct Contents {
        var phase = Phase.running
        var watchers: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var lastWatcher: UInt64 = 0
    }

    private let contents = Locked(Contents())

    var phase: Phase { contents.withLock { $0.phase } }

    /// Never goes back.
    func advance(to phase: Phase) {
        let watchers: [CheckedContinuation<Void, Never>] = contents.withLock { contents in
            contents.phase = max(contents.phase, phase)
            defer { contents.watchers = [:] }
            return Array(contents.watchers.values)
        }
        for watcher in watchers { watcher.resume() }
    }

    /// Returns once the worker runs no more, or when the caller is canceled.
    func untilDraining() async {
        let id = contents.withLock { contents in
            contents.lastWatcher += 1
            return contents.lastWatcher
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = contents.withLock { contents in
                    guard contents.phase == .running, !Task.isCancelled else { return false }
                    contents.watchers[id] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            contents.withLock { $0.watchers.removeValue(forKey: id) }?.resume()
        }
    }
}
