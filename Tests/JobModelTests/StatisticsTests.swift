import JSONCoding
import Testing

@testable import JobModel

@Suite("Statistics of jobs")
struct StatisticsTests {
    private static let now: Milliseconds = 1_000_000_000
    private static let hour: Milliseconds = 3_600_000

    /// One group of images by `gemini`.
    private func digest(
        _ number: Int, family: JobFamily = .case, _ status: JobStatus, owner: String = "local",
        took: Milliseconds? = 10_000, endedAgo: Milliseconds = hour, made: Int = 0, failed: Int = 0, canceled: Int = 0,
        micros: Int64 = 0
    ) throws -> JobDigest {
        var job = try Make.job(number)
        job.status = status
        var digest = JobDigest(job)
        digest.owner = try OwnerID(owner)
        digest.family = family
        digest.completedAt = took.map { _ in Self.now - endedAgo }
        digest.createdAt = Self.now - endedAgo - (took ?? 0)
        digest.silentSince = took == nil ? digest.createdAt : nil
        digest.images = [
            ImageFigures(
                kind: .evidence, provider: "gemini", made: made, failed: failed, canceled: canceled, micros: micros)
        ]
        return digest
    }

    private func statistics(_ digests: [JobDigest], owner: String? = nil, window: String = "24h") throws
        -> JobStatistics
    {
        JobStatistics(
            of: digests, owner: try owner.map { try OwnerID($0) }, window: try StatisticsWindow(window), now: Self.now,
            stuckAfter: 600_000)
    }

    @Test("of nothing nothing is said")
    func nothing() throws {
        let none = try statistics([])
        #expect(none.images.successRate == nil && none.images.failureRate == nil)
        #expect(none.generationTime == nil && none.webhookLatency == nil && none.jobs == JobStatistics.Jobs())
        #expect(none.to - none.from == 24 * Self.hour && none.byFamily.isEmpty)
    }

    @Test("rates are over images, and canceled ones are no failures")
    func rates() throws {
        let figures = try statistics([
            digest(1, .completed, took: 4_000, made: 14, micros: 546_000),
            digest(2, .partial, took: 8_000, made: 4, failed: 2, canceled: 5, micros: 156_000),
            digest(3, family: .image, .failed, took: 1_000, failed: 1),
        ])
        #expect(figures.images.made == 18 && figures.images.failed == 3 && figures.images.canceled == 5)
        #expect(figures.images.successRate == 18.0 / 21 && figures.images.failureRate == 3.0 / 21)
        #expect(figures.jobs.ended == 3 && figures.jobs.completed == 1 && figures.jobs.failed == 1)
        #expect(figures.cost.micros == 702_000)
        #expect(figures.byFamily["case"]?.images.successRate == 0.9)
        #expect(figures.byFamily["case"]?.generationTime?.mean == 6_000)
        #expect(figures.byFamily["image"]?.images.successRate == 0)
        #expect(figures.generationTime?.count == 3 && figures.generationTime?.p50 == 4_000)
        #expect(figures.byProvider["gemini"]?.images == figures.images)
        #expect(figures.byKind["evidence"]?.cost == figures.cost)
    }

    @Test("a window's parts are of one length, and together they are the whole")
    func parts() throws {
        let digests = try [
            digest(1, .completed, endedAgo: 24 * Self.hour, made: 1, micros: 1),
            digest(2, .partial, endedAgo: 12 * Self.hour, made: 2, failed: 3, micros: 10),
            digest(3, .failed, endedAgo: 12 * Self.hour + 1, failed: 4),
            digest(4, .canceled, endedAgo: 0, canceled: 5, micros: 100),
            digest(5, .completed, endedAgo: 24 * Self.hour + 1, made: 100, micros: 1_000),
        ]
        let parts = try #require(
            JobStatistics(
                of: digests, owner: nil, window: .day, now: Self.now, stuckAfter: 600_000, parts: 4
            ).parts)
        #expect(parts.map(\.images.made) == [1, 0, 2, 0] && parts.map(\.images.failed) == [0, 4, 3, 0])
        #expect(parts.map(\.images.canceled) == [0, 0, 0, 5] && parts.map(\.cost.micros) == [1, 0, 10, 100])
        #expect(parts.map(\.images.successRate) == [1, 0, 0.4, nil])
        #expect(try statistics(digests).parts == nil)
    }

    @Test("what ended before the window, or by a clock ahead of ours, is not in it")
    func window() throws {
        let digests = try [
            digest(1, .completed, endedAgo: 59 * 60_000, made: 1),
            digest(2, .completed, endedAgo: 2 * Self.hour, made: 1),
            digest(3, .completed, endedAgo: -5, made: 1),
        ]
        #expect(try statistics(digests, window: "1h").images.made == 1)
        #expect(try statistics(digests, window: "3h").images.made == 2)
    }

    @Test("an owner's are their own")
    func owners() throws {
        let digests = try [
            digest(1, .completed, made: 1), digest(2, .completed, owner: "ann", made: 2),
            digest(3, .generating, owner: "ann", took: nil),
        ]
        #expect(try statistics(digests, owner: "ann").images.made == 2)
        #expect(try statistics(digests, owner: "ann").jobs.running == 1)
        #expect(try statistics(digests, owner: "bob").jobs == JobStatistics.Jobs())
        #expect(try statistics(digests).images.made == 3)
    }

    @Test("stuck is who was silent for too long, and does not wait for a turn")
    func stuck() throws {
        let silent = try digest(1, .generating, took: nil, endedAgo: 700_000)
        let fresh = try digest(2, .pending, took: nil, endedAgo: 1_000)
        var queued = silent
        queued.silentSince = nil
        var alerted = fresh
        alerted.isAlerted = true
        #expect(try statistics([silent, fresh, queued]).jobs.stuck == 1)
        #expect(try statistics([silent, fresh, queued, alerted]).jobs.stuck == 2)
        #expect(try statistics([silent, fresh, queued]).jobs.running == 3)
    }

    @Test("a job that people had go on says nothing of how long jobs take")
    func retried() throws {
        var retried = try digest(1, .completed, took: 900_000_000, made: 1)
        retried.wasRetried = true
        let figures = try statistics([retried, digest(2, .completed, took: 5_000, made: 1)])
        #expect(figures.generationTime?.count == 1 && figures.generationTime?.max == 5_000)
        #expect(figures.jobs.ended == 2)
    }

    /// Clients rely on these names.
    @Test func areWrittenSo() throws {
        let figures = try statistics([digest(1, .completed, took: 4_000, made: 1, failed: 1, micros: 40)])
        let time = #"{"count":1,"max":4000,"mean":4000,"p50":4000,"p90":4000,"p95":4000,"p99":4000}"#
        let images = #"{"canceled":0,"failed":1,"failureRate":0.5,"made":1,"successRate":0.5}"#
        let jobs = #"{"canceled":0,"completed":1,"ended":1,"failed":0,"partial":0,"running":0,"stuck":0}"#
        let group = #"{"cost":{"micros":40,"possibleMicros":0},"images":\#(images)}"#
        let whole =
            #"{"byFamily":{"case":{"cost":{"micros":40,"possibleMicros":0},"generationTimeMs":\#(time),"images":\#(images),"#
            + #""jobs":\#(jobs)}},"byKind":{"evidence":\#(group)},"byProvider":{"gemini":\#(group)},"#
            + #""cost":{"micros":40,"possibleMicros":0},"from":913600000,"generationTimeMs":\#(time),"#
            + #""images":\#(images),"jobs":\#(jobs),"to":1000000000,"truncated":false,"window":"24h"}"#
        #expect(String(decoding: try JSON.encode(figures, style: .sorted), as: UTF8.self) == whole)
    }

    @Test("names that callers make up are bounded")
    func groups() throws {
        var digest = try digest(1, .completed)
        digest.images = (0..<500).map { ImageFigures(kind: .other("kind-\($0)"), provider: "p", made: 1) }
        let figures = try statistics([digest])
        #expect(figures.byKind.count == JobStatistics.groupsAtMost + 1)
        #expect(figures.byKind["other"]?.images.made == 400)
        #expect(figures.byKind.values.reduce(0) { $0 + $1.images.made } == 500)
    }

    @Test func percentiles() throws {
        #expect(DurationSummary([]) == nil)
        let one = try #require(DurationSummary([7]))
        #expect([one.mean, one.p50, one.p99, one.max] == [7, 7, 7, 7])
        let hundred = try #require(DurationSummary((1...100).reversed().map { $0 * 10 }))
        #expect(hundred.mean == 505 && hundred.p50 == 500 && hundred.p90 == 900 && hundred.p95 == 950)
        #expect(hundred.p99 == 990 && hundred.max == 1_000 && hundred.count == 100)
    }

    @Test("lengths of any size can be summed up, also such as an earlier version took in from a worker")
    func largest() throws {
        let summary = try #require(DurationSummary([.max, .max]))
        #expect(summary.max == .max && summary.mean == .max)
        var job = try Make.job(1)
        job.deliveryTimes = [.max, 50, -7]
        #expect(JobDigest(job).deliveryTimes == [7 * 86_400_000, 50, 0])
    }

    @Test(arguments: [("90s", 90_000), ("15m", 900_000), ("24h", 86_400_000), ("31d", 31 * 86_400_000)])
    func windows(_ text: String, _ length: Milliseconds) throws {
        #expect(try StatisticsWindow(text).length == length)
    }

    @Test(arguments: ["", "h", "24", "0h", "-1h", "1.5h", "32d", "99999999s", "1w", "１h", " 1h"])
    func wrongWindows(_ text: String) {
        #expect(throws: InvalidRequest.self) { try StatisticsWindow(text) }
    }

    @Test("what is left of a job that was let go of says the same")
    func forgotten() throws {
        var desk = try JobDesk.accepted()
        var last = Make.snapshot(of: desk.job, version: 2, status: .partial, [.generated, .failed, .generated])
        last.assets[0].cost = AssetCost(micros: 40, possiblyBilled: 1, possibleMicros: 40)
        last.deliveries = [
            DeliveryTry(at: 5, version: 1, number: 1, .accepted(stopBy: nil), latency: 120),
            DeliveryTry(at: 9, version: 2, number: 1, .failed(reason: "503", retryAfter: nil), latency: 7),
        ]
        desk.report(last)
        let before = JobDigest(desk.job)
        #expect(before.deliveryTimes == [120])
        #expect(
            before.images
                == [
                    ImageFigures(kind: .evidence, provider: "local", made: 1, micros: 40, possibleMicros: 40),
                    ImageFigures(kind: .evidence, provider: nil, failed: 1),
                    ImageFigures(kind: .location, provider: "local", made: 1),
                ].sorted {
                    ($0.kind?.description ?? "", $0.provider ?? "") < ($1.kind?.description ?? "", $1.provider ?? "")
                })
        desk.send(.deletionRequested(4))
        #expect(desk.job.isForgotten && JobDigest(desk.job) == before)
    }
}
