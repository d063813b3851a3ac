import JobModel
import Logging

/// Passes over the headers of all runs.
extension WorkerService {
    private static var sweepPause: Milliseconds { 60_000 }
    private static var pageSize: Int { 1_000 }

    /// Empties what needs no more work when its time has come: at the start and every minute, until the task is canceled.
    func sweep() async {
        while !Task.isCancelled {
            await tendResting()
            await clock.sleep(until: clock.now() + Self.sweepPause)
        }
    }

    /// One pass. A store that cannot be read is asked again at the next.
    private func tendResting() async {
        do throws(StoreError) {
            var due: [JobID] = []
            try await eachRun { job, summary in
                if isOver(summary) {
                    await purge(summary)
                } else if isDue(summary) {
                    due.append(job)
                }
            }
            await send(.tick, to: due)
        } catch {
            logger.error("store.scan_failed", metadata: ["error": "\(error.message)"])
        }
    }

    /// A forgotten run whose own time has passed.
    private func isOver(_ summary: RecordSummary) -> Bool {
        summary.isTombstone && summary.header.due.map { $0 <= clock.now() } ?? false
    }

    /// A run that comes back at this moment has another revision, and stays.
    private func purge(_ summary: RecordSummary) async {
        switch await store.purge(summary.key, expected: summary.revision) {
        case .committed, .conflict: break
        case .refused(let error), .unknown(let error):
            logger.warning("store.purge_failed", metadata: ["key": "\(summary.key)", "error": "\(error.message)"])
        }
    }

    /// Of runs at rest alone: the others wake by themselves. Without a time it was written by an earlier version; a time
    /// beyond all reason, by a clock that was wrong.
    private func isDue(_ summary: RecordSummary) -> Bool {
        guard summary.header.state & RunRecord.unrested == 0 else { return false }
        guard let due = summary.header.due else { return true }
        let now = clock.now()
        return due <= now || due > now + settings.policy.longest
    }

    /// Calls `body` for every run, one page of headers after another.
    func eachRun(_ body: (JobID, RecordSummary) async -> Void) async throws(StoreError) {
        var after: StoreKey?
        while true {
            let page = try await store.scan(Keys.runs, after: after, limit: Self.pageSize)
            for summary in page {
                if summary.isDamaged {
                    logger.error("store.record_damaged", metadata: ["key": "\(summary.key)"])
                } else if let name = summary.key.components.last, let job = try? JobID(name) {
                    await body(job, summary)
                }
            }
            guard page.count == Self.pageSize, let last = page.last else { return }
            after = last.key
        }
    }
}

extension RunPolicy {
    var longest: Milliseconds { max(restKept, deadLetterKept, memoryKept) }
}
