import JobModel
import Logging
import Threads

/// Answers how the generation of images goes, from the records.
///
/// Of each job a digest is kept, so that after the first question only what has changed is read again.
public final class StatisticsDesk: Sendable {
    private let clock: any EngineClock
    private let stuckAfter: Milliseconds
    private let digests: RecordLines<JobDigest>

    /// Of a digest some 600 bytes are kept.
    public static let jobsAtMost = 50_000

    /// - Parameters:
    ///   - stuckAfter: without news for so long a job that runs is stuck.
    ///   - jobsAtMost: of those in the store. Of more, those are looked at that ended last (or, of those that run, were
    ///     created last), and the answer says so.
    public init(
        store: any KeyValueStore, clock: any EngineClock, stuckAfter: Milliseconds, jobsAtMost: Int = jobsAtMost,
        logger: Logger
    ) {
        self.clock = clock
        self.stuckAfter = stuckAfter
        digests = RecordLines(
            store: store, logger: logger,
            source: RecordLines.Source(
                prefixes: Keys.jobs + [Keys.archivedJobs], recordsAtMost: jobsAtMost,
                isWanted: { summary in
                    let kind = RecordKind(rawValue: summary.header.kind)
                    return kind == .job || kind == .archivedJob
                },
                rank: { $0.completedAt ?? $0.createdAt },
                make: { stored throws(StoreError) in
                    JobDigest(try RecordCoding.decode(JobRecord.self, from: stored.asJob))
                }))
    }

    /// - Parameters:
    ///   - owner: nil for the jobs of all.
    ///   - parts: into how many the window is divided for what ended in each; nil for none.
    /// - Throws: ``StoreError``, and `CancellationError` where the caller was canceled.
    public func statistics(
        of owner: OwnerID?, window: StatisticsWindow, parts: Int? = nil
    ) async throws -> JobStatistics {
        try await figures(of: owner, window: window, parts: parts).figures
    }

    /// With whether every job is in them that has ended in the window.
    func figures(
        of owner: OwnerID?, window: StatisticsWindow, parts: Int? = nil
    ) async throws -> (figures: JobStatistics, isWhole: Bool) {
        try await digests.read { [clock, stuckAfter] book in
            // One that was put away while it still stands in its case's place counts once.
            var jobs: Set<JobID> = []
            let figures = JobStatistics(
                of: book.lines.filter { jobs.insert($0.jobID).inserted }, owner: owner, window: window,
                now: clock.now(), stuckAfter: stuckAfter, parts: parts, isTruncated: book.isTruncated)
            return (figures, book.leftOut.map { $0 < figures.from } ?? true)
        }
    }
}

extension JobService {
    /// Over all jobs in this service's store; all who ask share what it has read.
    public func statisticsDesk() -> StatisticsDesk {
        statistics.withLock { desk in
            let shared =
                desk ?? StatisticsDesk(store: store, clock: clock, stuckAfter: policy.stuckAfter, logger: logger)
            desk = shared
            return shared
        }
    }

    /// Nil where nobody set how alerts are looked for.
    func alertWatch() -> AlertWatch? {
        guard let alertSettings else { return nil }
        let desk = AlertDesk(
            store: store, sender: alerts, clock: clock, random: random, measures: measures, logger: logger)
        let budgets = accounts.map {
            BudgetReader(store: store, plans: $0.desk.plans, clock: clock, logger: logger)
        }
        return AlertWatch(
            desk: desk, statistics: statisticsDesk(), budgets: budgets, settings: alertSettings, clock: clock,
            logger: logger)
    }
}
