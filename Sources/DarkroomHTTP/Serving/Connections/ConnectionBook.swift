import Threads

/// The open connections of one server, and in which order they began to wait for a request.
///
/// A flood of connections that say nothing so costs only the oldest of its own kind their places, and keeps nobody out
/// who has something to ask.
final class ConnectionBook: Sendable {
    fileprivate struct Entry {
        let close: @Sendable () -> Void
        /// Set while it waits.
        var turn: UInt64?
    }

    fileprivate struct Contents {
        var open: [UInt64: Entry] = [:]
        /// Those that wait, oldest first, and others that did once: known by a turn that is not theirs any more.
        var waiting: ArraySlice<(id: UInt64, turn: UInt64)> = []
        var last: UInt64 = 0
    }

    private let limit: Int
    private let contents = Locked(Contents())

    init(limit: Int) { self.limit = limit }

    var count: Int { contents.withLock { $0.open.count } }

    /// Places in the order of waiting, those included that nobody has any more.
    var turnsKept: Int { contents.withLock { $0.waiting.count } }

    /// A connection that waits for its first request. May close another one.
    /// - Parameter close: closes it, from any thread, and need not be done when it returns.
    func opened(close: @escaping @Sendable () -> Void) -> UInt64 {
        let (id, victim) = contents.withLock { contents in
            contents.last += 1
            let id = contents.last
            contents.open[id] = Entry(close: close)
            let victim = contents.open.count > limit ? contents.popOldest() : nil
            contents.wait(id)
            return (id, victim)
        }
        victim?()
        return id
    }

    func waits(_ id: UInt64) { contents.withLock { $0.wait(id) } }

    func isBusy(_ id: UInt64) { contents.withLock { $0.open[id]?.turn = nil } }

    func closed(_ id: UInt64) { contents.withLock { _ = $0.open.removeValue(forKey: id) } }
}

extension ConnectionBook.Contents {
    mutating func wait(_ id: UInt64) {
        guard open[id] != nil else { return }
        last += 1
        open[id]?.turn = last
        waiting.append((id, last))
        // What stands there in vain must not outgrow what does not.
        guard waiting.count > 2 * open.count + 64 else { return }
        waiting = ArraySlice(waiting.filter { open[$0.id]?.turn == $0.turn })
    }

    mutating func popOldest() -> (@Sendable () -> Void)? {
        while let (id, turn) = waiting.popFirst() {
            guard let entry = open[id], entry.turn == turn else { continue }
            open[id]?.turn = nil
            return entry.close
        }
        return nil
    }
}
