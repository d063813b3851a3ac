import JobModel
import Threads

/// Asking a worker before it tells by itself.
extension JobService {
    /// The job as its worker knows it now, folded as a webhook would be, where there has been no news of it for `age`.
    ///
    /// Asks the worker once, which asks its provider; a worker that does not answer changes nothing. Ends within the
    /// client's seconds.
    /// - Returns: nil if there is no job for the case.
    public func refreshed(
        _ key: CaseKey, olderThan age: Milliseconds
    ) async throws(StoreError) -> (record: JobRecord, revision: Revision)? {
        guard let known = try job(key) else { return nil }
        let record = known.record
        let isTold = record.handOut.acceptance == .acknowledged && !record.status.isTerminal
        guard isTold, clock.now() - record.heardAt >= age, client != nil, mayRefresh(record.jobID, every: age) else {
            return known
        }
        let answer = await question(record, refresh: true)
        guard case .snapshot(let snapshot, let missing, _) = answer else { return known }
        records.send(.runAnswered(epoch: record.handOut.epoch, answer), to: key)
        if snapshot.version > record.version, missing.isEmpty {
            await waitForNews(of: key, after: known.revision, limit: Self.foldPatience)
        }
        return try job(key)
    }

    /// For the commit of what a worker said.
    private static var foldPatience: Milliseconds { 1_000 }

    /// One reader's question is enough for all who read within so long.
    private func mayRefresh(_ job: JobID, every age: Milliseconds) -> Bool {
        let now = clock.now()
        return refreshes.withLock { $0.mayAsk(job, now: now, every: age) }
    }
}
