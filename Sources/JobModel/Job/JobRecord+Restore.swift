extension JobRecord {
    /// By how much a restored job's epoch rises: far more than a job can have been given since the backup.
    public static let restoreStep = 1_000

    /// The record as it goes on after a backup was restored.
    ///
    /// Workers may know epochs, and versions within them, that the backup does not. So every job goes on above anything
    /// they can know. One that has not ended is handed out anew, with a new claim: nobody holds the new epoch, its
    /// unsettled assets wait again, and what was made is kept. One that has ended stays ended; only its number rises. The
    /// former claim is kept as a past one, so that pictures made under it are welcome still.
    /// - Parameters:
    ///   - claim: a new one, never handed out.
    ///   - stopBy: until when a worker may start calls in the new epoch.
    public func restored(claim: Claim, stopBy: Milliseconds) -> JobRecord {
        var job = self
        let last = handOut
        job.pastClaims.append(
            PastClaim(
                epoch: last.epoch, claim: last.claim, webhookURL: last.webhookURL, specification: specification,
                version: version))
        job.pastClaims.removeFirst(max(0, job.pastClaims.count - Self.claimsKept))
        job.handOut.epoch += Self.restoreStep
        job.handOut.claim = claim
        job.version = 0
        guard !isForgotten, !status.isTerminal || !isFinal else { return job }
        job.handOut.stopBy = stopBy
        job.handOut.acceptance = .none
        job.handOut.tries = 0
        job.handOut.sends = 0
        job.handOut.rounds = nil
        job.handOut.wait = nil
        job.status = .pending
        job.isFinal = false
        job.completedAt = nil
        job.keepUntil = nil
        job.alertedAt = nil
        job.queue = nil
        job.estimateMicros = nil
        job.lastError = nil
        for index in job.assets.indices {
            job.assets[index].closeCost(of: last.epoch)
            if !job.assets[index].status.isSettled { job.assets[index].status = .queued }
        }
        return job
    }
}

extension RunRecord {
    /// By how much a restored run's version rises: far more than the receiver can have been told since the backup.
    public static let restoreStep = 1_000

    /// The record as it goes on after a backup was restored: its next snapshot is newer than any that was delivered.
    public func restored() -> RunRecord {
        var run = self
        run.version += Self.restoreStep
        return run
    }
}
