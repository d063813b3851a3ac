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
            let event = JobEvent.snapshotArrived(0, snapshot, missing: missing, history: history)
            let (next, effects) = passive(record, after: event)
            let reply = effects.actions.lazy.compactMap { if case .reply(_, let reply) = $0 { reply } else { nil } }
                .first
            switch reply {
            case .folded, .duplicate, .staleVersion, .staleEpoch: break
            default: return reply ?? .unknownJob
            }
            let stale = JobReply.staleEpoch(current: current.handOut.epoch)
            guard effects.mustSave else { return stale }
            switch await Archive.replace(stored, by: next, attaching: effects.attachments, in: store) {
            case .committed: return stale
            case .conflict, .unknown: continue
            case .refused(let error): return .unavailable(error.message)
            }
        }
        return .unavailable("\(key) is contended")
    }

    /// Its time of being looked after is over: nothing is triggered, asked or forgotten.
    private func passive(_ record: JobRecord, after event: JobEvent) -> (JobRecord, Effects<JobAction>) {
        var policy = policy
        policy.drives = false
        var state = JobState.loaded(record, now: clock.now(), context: policy)
        let effects = state.apply(event, now: clock.now(), dice: 0)
        return (state.record, effects)
    }
}
