/// How many requests somebody may make, as a machine over the time.
///
/// A token bucket for each name: full at first, filled evenly, so that a burst of the whole limit is taken at once and
/// then one request for each part of the minute. Of a bucket only the moment is kept at which it would be full, in
/// microseconds, so that a full one is the same as none.
public struct RequestLimiter<Name: Hashable & Sendable>: Sendable {
    /// Requests a minute, and the size of the bucket.
    public let limit: Int
    /// Names remembered; beyond it those that were quiet longest are forgotten, which is as good as full for them.
    public let capacity: Int

    /// Two generations: a name that asks moves into the young one, and a full young one takes the place of the old. So
    /// what is let go of was quiet longest, at no cost for each request.
    private var young: [Name: Int64] = [:]
    private var old: [Name: Int64] = [:]

    private static var window: Int64 { 60_000_000 }

    public init(limit: Int, capacity: Int) {
        precondition(limit > 0 && capacity > 1, "a limiter takes requests and remembers who made them")
        self.limit = limit
        self.capacity = capacity
    }

    public var count: Int { young.count + old.count }

    /// Asks for one request now. A refused one costs nothing.
    public mutating func take(_ name: Name, now: Milliseconds) -> RequestAllowance {
        let (now, share) = (now * 1_000, Self.window / Int64(limit))
        let known = young[name] ?? old[name] ?? now
        // A bucket cannot be emptier than empty: a clock that was set back must not keep anybody out for long.
        let fullAt = min(max(known, now), now + Self.window)
        if known > fullAt { remember(name, fullAt) }
        let next = fullAt + share
        guard next <= now + Self.window else {
            return allowance(fullAt: fullAt, now: now, retryAfter: next - now - Self.window)
        }
        remember(name, next)
        return allowance(fullAt: next, now: now, retryAfter: nil)
    }

    private func allowance(fullAt: Int64, now: Int64, retryAfter: Int64?) -> RequestAllowance {
        let share = Self.window / Int64(limit)
        return RequestAllowance(
            limit: limit, remaining: Int(max(0, Self.window - (fullAt - now)) / share),
            resetSeconds: Self.seconds(fullAt - now), retryAfterSeconds: retryAfter.map { max(1, Self.seconds($0)) })
    }

    private mutating func remember(_ name: Name, _ fullAt: Int64) {
        old[name] = nil
        young[name] = fullAt
        guard young.count >= capacity / 2 else { return }
        old = young
        young = [:]
    }

    /// Whole seconds, rounded up: whoever comes back then is not too early.
    private static func seconds(_ microseconds: Int64) -> Int { Int((microseconds + 999_999) / 1_000_000) }
}

/// What a limiter says of one request.
public struct RequestAllowance: Hashable, Sendable {
    public var limit: Int
    /// Requests that would be taken at this moment.
    public var remaining: Int
    /// Until the whole limit is there again.
    public var resetSeconds: Int
    /// Set for a refused request: when one would be taken.
    public var retryAfterSeconds: Int?

    public init(limit: Int, remaining: Int, resetSeconds: Int, retryAfterSeconds: Int? = nil) {
        self.limit = limit
        self.remaining = remaining
        self.resetSeconds = resetSeconds
        self.retryAfterSeconds = retryAfterSeconds
    }

    public var isTaken: Bool { retryAfterSeconds == nil }
}
