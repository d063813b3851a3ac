import JobModel
import Logging
import Testing
import Threads

@testable import Orchestration

/// Keeps the messages.
private struct Lines: LogHandler {
    let lines: Locked<[String]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.withLock { $0.append(event.message.description) } }
}

/// Statistics from the records of a store.
@Suite struct StatisticsDeskTests {
    private let store = MemoryStore()
    private let clock = SystemClock()

    /// A job of one image that has ended.
    private func write(_ caseID: String, endedAgo: Milliseconds, isMade: Bool) async throws {
        let hash = ContentHash(of: Array(caseID.utf8))
        var asset = JobAsset(id: try AssetID("a"), kind: .evidence, name: "A")
        asset.status = isMade ? .generated : .failed
        let end = clock.now() - endedAgo
        var job = JobRecord(
            jobID: try JobID("job-\(caseID)"), owner: .local, caseID: try CaseID(caseID), createdAt: end - 5_000,
            specification: hash, requestHash: hash,
            handOut: HandOut(
                epoch: 1, worker: "http://worker", claim: try Claim("claim"), stopBy: end, webhookURL: "http://hook",
                artifactURL: nil),
            assets: [asset])
        job.status = isMade ? .completed : .failed
        job.isFinal = true
        job.completedAt = end
        let outcome = await store.write(
            RecordWrite(
                key: Keys.job(job.caseID, owner: .local), expected: .absent, header: RecordCoding.header(of: job),
                body: try RecordCoding.body(of: job)))
        guard case .committed = outcome else { throw StoreError(.io, "the test's write was \(outcome)") }
    }

    private func desk(_ jobsAtMost: Int) -> StatisticsDesk {
        StatisticsDesk(
            store: store, clock: clock, stuckAfter: 600_000, jobsAtMost: jobsAtMost, logger: Samples.quiet)
    }

    @Test("of more jobs than are looked at those that ended last count, whatever their cases are called")
    func newest() async throws {
        for number in 0..<6 { try await write("a-\(number)", endedAgo: 86_400_000, isMade: true) }
        for number in 0..<3 { try await write("z-\(number)", endedAgo: 60_000, isMade: false) }
        let desk = desk(4)
        let figures = try await desk.statistics(of: nil, window: .quarterHour)
        #expect(figures.jobs.failed == 3 && figures.images.failureRate == 1 && figures.isTruncated)
        // The same for those that come later.
        try await write("b", endedAgo: 1_000, isMade: true)
        try await write("c", endedAgo: 86_400_000, isMade: true)
        try await write("zz", endedAgo: 1_000, isMade: true)
        let more = try await desk.statistics(of: nil, window: .quarterHour)
        #expect(more.jobs.ended == 4 && more.jobs.completed == 2 && more.isTruncated)
    }

    @Test("alerts that may be missed because there are too many jobs are said to be, in the log")
    func incomplete() async throws {
        let lines = Locked<[String]>([])
        let logger = Logger(label: "test") { _ in Lines(lines: lines) }
        func look() async {
            let alerts = AlertDesk(
                store: store, sender: nil, clock: clock, random: SystemRandom(), measures: Measures(), logger: logger)
            await AlertWatch(
                desk: alerts, statistics: desk(2), budgets: nil, settings: AlertSettings(), clock: clock,
                logger: logger
            ).look()
        }
        try await write("a", endedAgo: 86_400_000, isMade: true)
        for number in 0..<2 { try await write("b-\(number)", endedAgo: 60_000, isMade: true) }
        await look()
        #expect(lines.withLock { $0 }.isEmpty, "what is left out ended before the window")
        try await write("c", endedAgo: 1_000, isMade: true)
        await look()
        #expect(lines.withLock { $0 } == ["alert.look_incomplete"])
    }

    @Test("as many jobs as are looked at are all of them")
    func whole() async throws {
        for number in 0..<4 { try await write("a-\(number)", endedAgo: 60_000, isMade: true) }
        let figures = try await desk(4).statistics(of: nil, window: .quarterHour)
        #expect(figures.jobs.ended == 4 && !figures.isTruncated)
        let fewer = try await desk(3).statistics(of: nil, window: .quarterHour)
        #expect(fewer.jobs.ended == 3 && fewer.isTruncated)
    }
}
