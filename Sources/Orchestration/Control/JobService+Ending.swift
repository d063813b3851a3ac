import JobModel

/// Ending jobs before their time, and telling their end once more.
extension JobService {
    /// Wants the job's work to end. `ending` means that the wish is durable: the job is `canceled` when its worker's last
    /// snapshot has come, at once if no worker was told of it, and at the latest when the worker's time is over.
    /// A job that has ended is a conflict with the code `job_ended`.
    public func cancel(_ key: CaseKey) async -> JobReply { await ask(key) { .cancelRequested($0) } }

    /// Ends the job now with what it has. Its worker is told to stop; what it still reports is welcome.
    public func forceFinish(_ key: CaseKey) async -> JobReply { await ask(key) { .finishForced($0) } }

    /// Lets go of a job that has ended, now: what became of it is remembered, and its pictures go with the next sweep.
    /// `forgotten` if it is gone, whoever asked first; a job that is still running is a conflict with the code
    /// `job_running`.
    public func delete(_ key: CaseKey) async -> JobReply {
        var reply = await ask(key) { .deletionRequested($0) }
        for _ in 0..<Self.settlingTries {
            guard case .conflict(code: "job_settling", _) = reply, let revision = try? revision(key) else { break }
            await waitForNews(of: key, after: revision, limit: 250)
            reply = await ask(key) { .deletionRequested($0) }
        }
        return reply
    }

    /// What a job has cost is told to its owner's account right after its end.
    private static var settlingTries: Int { 20 }

    /// Has the job's worker send its last snapshot once more.
    /// - Returns: nil if there is no job for the case.
    public func redeliver(_ key: CaseKey) async throws(StoreError) -> RedeliveryAnswer? {
        guard let record = try job(key)?.record else { return nil }
        guard let client else { return .unreachable(reason: "this process asks no workers") }
        return await client.redeliver(record.jobID, at: record.handOut.worker)
    }

    /// What is left of a job that was let go of; nil if there is none, or it is all there.
    public func forgotten(_ key: CaseKey) throws(StoreError) -> JobRecord? {
        guard let stored = try store.get(Keys.job(key.caseID, owner: key.owner)), stored.isTombstone, !stored.isEmpty
        else { return nil }
        return try RecordCoding.decode(JobRecord.self, from: stored)
    }

    func question(_ record: JobRecord, refresh: Bool = false) async -> RunAnswer {
        guard let client else { return .unreachable(reason: "this process asks no workers") }
        switch await client.ask(record, refresh: refresh) {
        case .unknown: return .unknown
        case .unreachable(let reason): return .unreachable(reason: reason)
        case .snapshot(let snapshot):
            do throws(StoreError) {
                return .snapshot(
                    snapshot, missing: try missingPictures(of: snapshot), history: RunHistory.artifact(of: snapshot))
            } catch {
                // Our own store is no news of the worker: the next question finds out.
                return .snapshot(snapshot, missing: snapshot.assets.compactMap(\.picture?.hash))
            }
        }
    }
}
