import Testing

@testable import JobModel

@Suite("What is worth an alert")
struct AlertRulesTests {
    private static let rules = AlertRules()

    private func statistics(made: Int, failed: Int, canceled: Int = 0) throws -> JobStatistics {
        var job = try Make.job()
        job.status = .partial
        var digest = JobDigest(job)
        digest.completedAt = 900
        digest.images = [ImageFigures(kind: .evidence, provider: "p", made: made, failed: failed, canceled: canceled)]
        return JobStatistics(of: [digest], owner: nil, window: Self.rules.window, now: 1_000, stuckAfter: 600_000)
    }

    @Test(
        "more than half of the images, of enough of them",
        arguments: [
            (5, 5, false), (4, 6, true), (0, 9, false), (0, 10, true), (49, 51, true), (50, 50, false), (0, 0, false),
        ])
    func failing(_ made: Int, _ failed: Int, _ isRaised: Bool) throws {
        let alert = Self.rules.imagesFailing(
            try statistics(made: made, failed: failed, canceled: 40), isStanding: false)
        #expect((alert != nil) == isRaised)
        if isRaised {
            #expect(alert?.facts.images == made + failed && alert?.facts.window == "15m")
            #expect(alert?.facts.failureRate == Double(failed) / Double(made + failed))
        }
    }

    @Test(
        "one that stands is over well below the limit, or when nothing is decided any more",
        arguments: [
            (5, 5, true), (59, 41, true), (60, 40, false), (90, 10, false), (1, 3, true), (0, 0, false),
        ])
    func standing(_ made: Int, _ failed: Int, _ stays: Bool) throws {
        let alert = Self.rules.imagesFailing(try statistics(made: made, failed: failed), isStanding: true)
        #expect((alert != nil) == stays)
    }

    @Test(
        "four fifths of a budget, and all of it",
        arguments: [
            (799, 1_000, 0), (800, 1_000, 1), (999, 1_000, 1), (1_000, 1_000, 2), (1_500, 1_000, 2), (0, 0, 0),
            (5, 0, 0),
            (Int64.max / 2, AccountRecord.maximumMicros, 2), (1, 1, 2), (0, 1, 0), (3, 4, 0), (4, 5, 1),
        ] as [(Int64, Int64, Int)])
    func budget(_ spent: Int64, _ budget: Int64, _ alerts: Int) throws {
        let (owner, now) = (try OwnerID("ann"), Milliseconds(1_700_000_000_000))
        let month = Month(of: now)
        let kinds = Self.rules.budget(of: owner, spent: spent, in: month, budget: budget, now: now).map(\.kind)
        #expect(kinds == Array([Alert.Kind.budgetNear, .budgetSpent].prefix(alerts)))
        // Another month has begun, and nothing was spent in it.
        let later = now + 32 * 86_400_000
        #expect(Self.rules.budget(of: owner, spent: spent, in: month, budget: budget, now: later).isEmpty)
        #expect(Self.rules.budget(of: owner, spent: spent, in: month, budget: nil, now: now).isEmpty)
    }
}

@Suite("Receivers that take nothing")
struct DeliveryWatchTests {
    private let a = "https://a"
    private let b = "https://b"

    @Test("many tries over some time; one that arrives ends it")
    func lasting() {
        var watch = DeliveryWatch()
        for number in 0..<5 { watch.failed(a, isLost: false, now: Milliseconds(number) * 10_000) }
        #expect(watch.holding(now: 59_999).isEmpty)
        #expect(watch.holding(now: 60_000).map(\.facts.receiver) == [a])
        #expect(watch.holding(now: 60_000).first?.facts.failures == 5)
        watch.delivered(b)
        #expect(watch.holding(now: 60_000).count == 1)
        watch.delivered(a)
        #expect(watch.holding(now: 60_000).isEmpty)
    }

    @Test("few tries over a long time are none, unless a run's outcome was lost")
    func lost() {
        var watch = DeliveryWatch()
        for number in 0..<4 { watch.failed(a, isLost: false, now: Milliseconds(number) * 3_600_000) }
        #expect(watch.holding(now: 4 * 3_600_000).isEmpty)
        watch.failed(b, isLost: true, now: 4 * 3_600_000)
        watch.failed(b, isLost: false, now: 4 * 3_600_000)
        #expect(watch.holding(now: 4 * 3_600_000).map(\.facts.receiver) == [b])
    }

    @Test("an earlier process's alerts hold until something arrives, or nothing was tried for two days")
    func restart() {
        var watch = DeliveryWatch()
        for number in 0..<9 { watch.failed(a, isLost: false, now: Milliseconds(number) * 10_000) }
        let standing = watch.holding(now: 100_000)
        var next = DeliveryWatch()
        next.takeUp(standing + [Alert(.imagesFailing)], now: 200_000)
        #expect(next.holding(now: 200_000) == standing)
        #expect(next.holding(now: 200_000 + DeliveryWatch.patience).isEmpty)
        next = DeliveryWatch()
        next.takeUp(standing, now: 200_000)
        next.delivered(a)
        #expect(next.holding(now: 200_001).isEmpty)
    }

    @Test("what was seen before it was known what stands is not forgotten")
    func lateTakeUp() {
        var before = DeliveryWatch()
        for receiver in [a, b] { before.failed(receiver, isLost: true, now: 0) }
        var watch = DeliveryWatch()
        watch.failed("https://c", isLost: true, now: 5)
        watch.failed(a, isLost: false, now: 5)
        watch.delivered(b)
        #expect(!watch.hasTakenUp)
        watch.takeUp(before.holding(now: 1), now: 10)
        #expect(watch.hasTakenUp && watch.holding(now: 10).map(\.facts.receiver) == [a, "https://c"])
        #expect(watch.holding(now: 10).map(\.facts.failures) == [6, 1])
    }

    @Test func receiversAreBounded() {
        var watch = DeliveryWatch()
        for number in 0..<500 { watch.failed("https://host-\(number)", isLost: true, now: Milliseconds(number)) }
        let holding = watch.holding(now: 500).compactMap(\.facts.receiver)
        #expect(holding.count == DeliveryWatch.receiversAtMost)
        #expect(holding.contains("https://host-499") && !holding.contains("https://host-0"))
    }
}
