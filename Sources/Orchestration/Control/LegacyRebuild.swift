import JobModel
import Logging

/// Brings legacy keys up to date that a crash left a step behind their jobs, for a job that has ended changes no more and
/// so would not do it by itself.
struct LegacyRebuild: Sendable {
    let store: any KeyValueStore
    let logger: Logger

    private static let pageSize = 1_000

    /// One pass over the local owner's jobs. Reads headers only, but for keys that are older than their job.
    func run() async {
        var after: StoreKey?
        var job: RecordSummary?
        do {
            while !Task.isCancelled {
                let page = try await store.scan(Keys.cases(owner: .local), after: after, limit: Self.pageSize)
                for summary in page { job = try await look(at: summary, behind: job) }
                guard page.count == Self.pageSize, let last = page.last else { break }
                after = last.key
            }
            if let job { try await bringUpToDate(job) }
        } catch {
            logger.error("legacy_status.rebuild_failed", metadata: ["error": "\(error)"])
        }
    }

    /// A case's job stands right before its legacy key. Returns the job whose legacy key has not been seen yet.
    private func look(at summary: RecordSummary, behind job: RecordSummary?) async throws -> RecordSummary? {
        let isLegacyKey = job.map { summary.key == Self.legacyKey(of: $0) } ?? false
        if let job, !isLegacyKey || summary.revision < job.revision { try await bringUpToDate(job) }
        return summary.header.kind == RecordKind.job.rawValue && !summary.isTombstone ? summary : nil
    }

    private func bringUpToDate(_ job: RecordSummary) async throws {
        guard let stored = try store.get(job.key), !stored.isTombstone else { return }
        await LegacyStatus.write(try RecordCoding.decode(JobRecord.self, from: stored), to: store, logger: logger)
    }

    private static func legacyKey(of job: RecordSummary) -> StoreKey? {
        guard let name = job.key.components.dropFirst().first, let caseID = try? CaseID(name) else { return nil }
        return Keys.legacyStatus(caseID, owner: .local)
    }
}
