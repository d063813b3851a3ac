import JobModel
import Logging

/// Brings legacy keys up to date that a crash left a step behind their jobs, for a job that has ended changes no more and
/// so would not do it by itself.
struct LegacyRebuild: Sendable {
    let store: any KeyValueStore
    let logger: Logger

    private static let pageSize = 1_000

    /// One pass over all jobs of cases. Reads headers only, but for keys that are older than their job.
    func run() async {
        for prefix in Keys.jobs { await run(below: prefix) }
    }

    private func run(below prefix: StoreKey) async {
        var after: StoreKey?
        var job: RecordSummary?
        do throws(StoreError) {
            while !Task.isCancelled {
                let page = try await store.scan(prefix, after: after, limit: Self.pageSize)
                for summary in page { job = await look(at: summary, behind: job) }
                guard page.count == Self.pageSize, let last = page.last else { break }
                after = last.key
            }
            if let job { await bringUpToDate(job) }
        } catch {
            logger.error("store.scan_failed", metadata: ["error": "\(error.message)"])
        }
    }

    /// A case's job stands right before its legacy key. Returns the job whose legacy key has not been seen yet.
    private func look(at summary: RecordSummary, behind job: RecordSummary?) async -> RecordSummary? {
        let isLegacyKey = job.map { summary.key == Self.legacyKey(of: $0) } ?? false
        if let job, !isLegacyKey || summary.revision < job.revision { await bringUpToDate(job) }
        let isJob = summary.header.kind == RecordKind.job.rawValue && !summary.isTombstone
        return isJob && JobFamily(headerState: summary.header.state) == .case ? summary : nil
    }

    /// A job that cannot be read keeps the others from nothing.
    private func bringUpToDate(_ job: RecordSummary) async {
        do throws(StoreError) {
            guard let stored = try store.get(job.key), !stored.isTombstone else { return }
            await LegacyStatus.write(try RecordCoding.decode(JobRecord.self, from: stored), to: store, logger: logger)
        } catch {
            logger.error("store.read_failed", metadata: ["key": "\(job.key.redacted)", "error": "\(error.message)"])
        }
    }

    private static func legacyKey(of job: RecordSummary) -> StoreKey? {
        Keys.job(at: job.key).map { Keys.legacyStatus($0.caseID, owner: $0.owner) }
    }
}
