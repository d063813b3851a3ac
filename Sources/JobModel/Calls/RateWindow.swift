/// Counts calls in a sliding window, so that no stretch of the window's length ever holds more than the limit. (A bucket
/// that fills while it is drained lets twice as many through.)
struct RateWindow: Sendable {
    private let limit: Int
    /// A little longer than the provider's own: calls do not reach it exactly as fast as one another.
    private let length: Milliseconds
    /// When calls left, in order, the oldest first; never more than the limit.
    private var sent: [Milliseconds] = []
    private var head = 0
    /// Permits given whose call has not left yet: it may leave at any moment.
    private var unsent: Set<UInt64> = []

    init(limit: Int, window: Milliseconds) {
        self.limit = limit
        length = window + max(20, window / 60)
    }

    var milliseconds: Milliseconds { length }

    mutating func hasRoom(now: Milliseconds) -> Bool {
        forget(before: now - length)
        return sent.count - head + unsent.count < limit
    }

    mutating func give(_ number: UInt64) { unsent.insert(number) }

    mutating func sent(_ number: UInt64, now: Milliseconds) {
        guard unsent.remove(number) != nil else { return }
        sent.append(max(now, sent.last ?? now))
    }

    /// A permit whose call never left costs nothing.
    mutating func takeBack(_ number: UInt64) { unsent.remove(number) }

    /// When the next place comes free by itself; nil if there is one, or if only a call that has not left yet can free it.
    var nextRoom: Milliseconds? {
        guard head < sent.count, sent.count - head + unsent.count >= limit else { return nil }
        return sent[head] + length
    }

    private mutating func forget(before instant: Milliseconds) {
        while head < sent.count, sent[head] <= instant { head += 1 }
        if head > 1_024, head * 2 > sent.count {
            sent.removeFirst(head)
            head = 0
        }
    }
}
