/// A length or a point of time in milliseconds; points count from the Unix epoch.
///
/// Points come from a clock that is anchored to the wall once, at the start of the process, and runs steadily from there:
/// inside one process no point jumps.
public typealias Milliseconds = Int64

/// A pause that survives a restart: neither a reboot nor a clock set wrong can stretch it or skip most of it.
public struct Wait: Hashable, Sendable, Codable {
    /// When it ends, by the clock of the process that wrote it.
    public var due: Milliseconds
    public var length: Milliseconds

    public init(now: Milliseconds, length: Milliseconds) {
        due = now + length
        self.length = length
    }

    /// What is left at `now`; never more than the whole length.
    public func remaining(at now: Milliseconds) -> Milliseconds {
        min(length, max(0, due - now))
    }

    public func isOver(at now: Milliseconds) -> Bool { remaining(at: now) == 0 }

    /// Whether it ends later than it could, had it begun by this clock: another one, which was ahead, began it.
    func isForeign(at now: Milliseconds) -> Bool { due - now > length }

    /// The same wait as seen from a clock that may have jumped since it was written: re-anchored so that it ends no
    /// later than its length from now.
    public func reanchored(at now: Milliseconds) -> Wait {
        var wait = self
        wait.due = now + remaining(at: now)
        return wait
    }
}
