/// Looking after a job whose worker is silent.
extension JobState {
    /// When the worker is to be asked, if nothing is heard until then.
    var questionWake: Milliseconds? {
        guard isQuestionable, !isAsking else { return nil }
        // News from the future were written by a clock that has been set back since: how old they are is not known.
        let heardAt = record.heardAt > now ? now - policy.silence : record.heardAt
        return max(heardAt, askedAt ?? heardAt) + policy.silence
    }

    /// A worker that is not ours has no answer to give.
    private var isQuestionable: Bool { record.status == .generating && record.handOut.acceptance == .acknowledged }

    /// Silence is first a question.
    mutating func askIfSilent() {
        guard let due = questionWake, due <= now else { return }
        isAsking = true
        effects.actions.append(.ask(record))
    }

    mutating func settleQuestion(_ epoch: Int, _ answer: RunAnswer, dice: UInt64) {
        isAsking = false
        askedAt = now
        guard epoch == record.handOut.epoch, isQuestionable else { return }
        switch answer {
        case .snapshot(let snapshot, let missing, let history):
            isUnreachable = false
            take(snapshot, missing: missing, history: history)
        case .unknown:
            end(because: "the worker does not know the run any more", dice: dice)
        case .unreachable(let reason):
            isUnreachable = true
            guard now >= record.handOut.stopBy else { return }
            end(because: "the worker could not be reached until its time was over: \(reason)", dice: dice)
        }
    }

    /// What the worker knows is as good as its webhook. Pictures that it has not put here yet come by themselves.
    private mutating func take(_ snapshot: Snapshot, missing: [ContentHash], history: Artifact?) {
        let isOurs = snapshot.jobID == record.jobID && recordedClaim(of: snapshot)?.epoch == record.handOut.epoch
        guard isOurs, snapshot.version > record.version, missing.isEmpty else { return extendFence() }
        takeCosts(of: snapshot)
        merge(snapshot, history: history)
    }

    /// A worker that is there may go on, whether or not it has news.
    mutating func extendFence() {
        guard !record.status.isTerminal, record.handOut.stopBy - now < policy.fence / 2 else { return }
        record.handOut.stopBy = now + policy.fence
    }

    /// The worker has lost the epoch. What it made and told is kept, and what it may still tell is welcome.
    private mutating func end(because reason: String, dice: UInt64) {
        guard record.cancel == nil else { return endCanceled() }
        let worker = record.handOut.worker
        handOver(to: policy.worker(after: worker) ?? worker, because: reason, dice: dice)
    }

    // MARK: Alerts

    private var isSilent: Bool {
        !record.status.isTerminal && record.alertedAt == nil && (record.queue == nil || isUnreachable)
    }

    var alertWake: Milliseconds? { isSilent ? record.heardAt + policy.stuckAfter : nil }

    /// Once for each silence. A job that waits for its turn at a worker that answers is not stuck.
    mutating func alertIfStuck() {
        guard let due = alertWake, due <= now else { return }
        record.alertedAt = now
        record.note(.stuck, at: now, detail: record.lastError)
        effects.actions.append(.alert(JobAlert(record, raisedAt: now, silentSince: record.heardAt, isOver: false)))
    }

    /// Whoever was told of the silence is told of its end.
    mutating func endAlert(since before: JobRecord) {
        guard let raisedAt = before.standingAlert, record.standingAlert == nil else { return }
        effects.actions.append(
            .alert(JobAlert(record, raisedAt: raisedAt, silentSince: before.heardAt, isOver: true)))
    }
}

extension JobRecord {
    /// When somebody was told that there is no news, as long as that is so.
    var standingAlert: Milliseconds? { status.isTerminal ? nil : alertedAt }
}

extension JobAlert {
    init(_ record: JobRecord, raisedAt: Milliseconds, silentSince: Milliseconds, isOver: Bool) {
        self.init(
            isOver: isOver, jobID: record.jobID, caseID: record.caseID, epoch: record.handOut.epoch,
            status: record.status, worker: record.handOut.worker, silentSince: silentSince, raisedAt: raisedAt,
            lastError: record.lastError)
    }
}
