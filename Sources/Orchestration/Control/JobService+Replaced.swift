import JobModel

/// Jobs of a case that another has replaced.
extension JobService {
    /// A worker that had not heard of its job's end: what it made and what that cost is kept with the job's archived
    /// record, and the answer stops it.
    /// - Returns: `staleEpoch` with the epoch that the case has come to, once the news is durable; `unknownJob` if the case
    ///   never had that job; what the fold says where it takes nothing (another claim, a missing picture).
    func foldReplaced(
        _ snapshot: Snapshot, missing: [ContentHash], history: Artifact?
    ) async throws(StoreError) -> JobReply {
        let key = Keys.archivedJob(snapshot.jobID)
        guard let current = try job(CaseKey(snapshot.caseID, owner: snapshot.owner))?.record else { return .unknownJob }
        for _ in 0..<Archive.triesAtMost {
            guard let stored = try store.get(key), !stored.isTombstone else { return .unknownJob }
            let record = try Archive.decode(stored)
            guard record.owner == current.owner, record.caseID == current.caseID else { return .unknownJob }
            let late = JobState.takeLate(
                snapshot, missing: missing, history: history, into: record, now: clock.now(), policy: policy)
            if let refusal = late.refusal { return refusal }
            let stale = JobReply.staleEpoch(current: current.handOut.epoch)
            guard late.isNews else { return stale }
            // Before the record says it: a crash in between settles it again, which changes nothing.
            if let accounts, late.record.isSettlementOwed, !(await accounts.desk.settle(late.record)) {
                return .unavailable(Self.shuttingDown)
            }
            switch await Archive.replace(stored, by: late.record, attaching: late.attachments, in: store) {
            case .committed: return stale
            case .conflict, .unknown: continue
            case .refused(let error): return .unavailable(error.message)
            }
        }
        return .unavailable("\(key) is contended")
    }
}
