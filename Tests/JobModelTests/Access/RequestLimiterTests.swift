import Testing

@testable import JobModel

/// Requests a minute for each name, whatever the times at which they come.
@Suite("Request limiter")
struct RequestLimiterTests {
    private static let start: Milliseconds = 1_700_000_000_000

    @Test func takesTheWholeLimitAtOnceAndThenOneForEachPart() {
        var limiter = RequestLimiter<String>(limit: 6, capacity: 100)
        for left in (0..<6).reversed() {
            let taken = limiter.take("a", now: Self.start)
            #expect(taken.isTaken && taken.limit == 6 && taken.remaining == left)
            #expect(taken.resetSeconds == (6 - left) * 10)
        }
        let refused = limiter.take("a", now: Self.start)
        #expect(refused == RequestAllowance(limit: 6, remaining: 0, resetSeconds: 60, retryAfterSeconds: 10))
        let late = limiter.take("a", now: Self.start + 9_999)
        #expect(late.retryAfterSeconds == 1)
        let inTime = limiter.take("a", now: Self.start + 10_000)
        #expect(inTime.isTaken)
        let tooSoon = limiter.take("a", now: Self.start + 10_001)
        #expect(!tooSoon.isTaken)
        let later = limiter.take("a", now: Self.start + 600_000)
        #expect(later.isTaken && later.remaining == 5)
    }

    @Test func refusedRequestsCostNothing() {
        var limiter = RequestLimiter<String>(limit: 1, capacity: 100)
        let first = limiter.take("a", now: Self.start)
        #expect(first.isTaken)
        for second in 1..<60 {
            let refused = limiter.take("a", now: Self.start + Int64(second) * 1_000)
            #expect(refused.retryAfterSeconds == 60 - second)
        }
        let next = limiter.take("a", now: Self.start + 60_000)
        #expect(next.isTaken)
    }

    @Test func namesDoNotShare() {
        var limiter = RequestLimiter<String>(limit: 1, capacity: 100)
        let first = limiter.take("a", now: Self.start)
        #expect(first.isTaken)
        let other = limiter.take("b", now: Self.start)
        #expect(other.isTaken)
        let again = limiter.take("a", now: Self.start)
        #expect(!again.isTaken)
    }

    /// No minute, wherever it begins, holds more than what the bucket held at its start and what flowed in meanwhile.
    @Test(arguments: [UInt64](1...20))
    func neverMoreThanTheBucketAndWhatFlowsIn(_ seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...2_000, using: &dice)
        var limiter = RequestLimiter<String>(limit: limit, capacity: 4)
        var (now, taken) = (Self.start, [Milliseconds]())
        for _ in 0..<4_000 {
            now += dice.chance(70) ? 0 : Int64.random(in: 1...2_000, using: &dice)
            let allowance = limiter.take("a", now: now)
            #expect(allowance.remaining >= 0 && allowance.remaining <= limit)
            if allowance.isTaken { taken.append(now) }
        }
        for (index, first) in taken.enumerated() {
            let inMinute = taken[index...].prefix { $0 < first + 60_000 }.count
            #expect(inMinute <= 2 * limit)
        }
        let minutes = Double(now - Self.start) / 60_000
        #expect(Double(taken.count) <= Double(limit) * (1 + minutes) + 1)
    }

    @Test func aClockSetBackKeepsNobodyOutForLong() {
        var limiter = RequestLimiter<String>(limit: 2, capacity: 100)
        let first = limiter.take("a", now: Self.start)
        #expect(first.isTaken)
        let refused = limiter.take("a", now: Self.start - 86_400_000)
        #expect(refused.retryAfterSeconds == 30)
        let later = limiter.take("a", now: Self.start - 86_400_000 + 30_000)
        #expect(later.isTaken)
    }

    /// A flood of names cannot grow the table, and forgets the quiet before the busy.
    @Test func remembersOnlySoManyNames() {
        var limiter = RequestLimiter<Int>(limit: 1, capacity: 64)
        let busyFirst = limiter.take(-1, now: Self.start)
        #expect(busyFirst.isTaken)
        let quietFirst = limiter.take(-2, now: Self.start)
        #expect(quietFirst.isTaken)
        for name in 0..<10_000 {
            _ = limiter.take(name, now: Self.start + Int64(name) / 16)
            // It asks again and again, and is refused each time.
            if name < 60 {
                let busy = limiter.take(-1, now: Self.start + Int64(name) / 16)
                #expect(!busy.isTaken)
            }
            #expect(limiter.count <= 64)
        }
        let forgotten = limiter.take(-2, now: Self.start + 1_000)
        #expect(forgotten.isTaken)
    }
}
