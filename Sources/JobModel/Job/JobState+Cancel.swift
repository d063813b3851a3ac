/// Ending a job before its time.
extension JobState {
    mutating func requestCancel(_ token: ReplyToken) {
        guard !record.isForgotten else { return reply(token, .forgotten(record)) }
        guard !record.isFinal else { return refuse(token, ended) }
        if record.cancel == nil {
            record.cancel = CancelOrder(askedAt: now)
            record.note(.cancelAsked, at: now)
            log(.cancelAsked)
            // Nobody has been told of the work, or it has ended and only its continuation was planned.
            if record.handOut.tries == 0 || record.status.isTerminal { endCanceled() }
        }
        reply(token, .ending(record))
    }

    /// Always works: whatever is missing stays missing, and the worker is told to stop as for a cancel.
    mutating func forceFinish(_ token: ReplyToken) {
        guard !record.isForgotten else { return reply(token, .forgotten(record)) }
        guard !record.isFinal else { return refuse(token, ended) }
        record.note(.forceFinished, at: now)
        log(.forceFinished)
        if !record.status.isTerminal, record.handOut.tries > 0, record.cancel == nil {
            record.cancel = CancelOrder(askedAt: now)
        }
        settleRest(as: .failed, MediaError(.canceled, "an operator ended the job", phase: .beforeSend))
        endNow(wasCanceled: false)
        reply(token, .ending(record))
    }

    private var ended: JobReply {
        let (made, total) = (record.completedImages, record.assets.count)
        return .conflict(
            code: "job_ended", message: "the job has ended already: \(record.status.rawValue) \(made)/\(total)")
    }

    /// Without the worker's last word.
    mutating func endCanceled() {
        settleRest(as: .canceled, MediaError(.canceled, "the job was canceled", phase: .beforeSend))
        endNow(wasCanceled: true)
    }

    private mutating func settleRest(as state: AssetState, _ error: MediaError) {
        for index in record.assets.indices where !record.assets[index].status.isSettled {
            record.assets[index].status = state
            record.assets[index].error = record.assets[index].error ?? error
        }
    }

    private mutating func endNow(wasCanceled: Bool) {
        if !record.status.isTerminal { settleStatus(isTerminal: true, wasCanceled: wasCanceled) }
        record.isFinal = true
        record.queue = nil
        record.handOut.wait = nil
        logEnd()
    }

    // MARK: Telling the worker

    /// Telling it goes on after a forced end too: its calls cost money. After `stopBy` it starts none.
    private var isCancelOwed: Bool { record.isCancelOwed && now < record.handOut.stopBy }

    var cancelWake: Milliseconds? {
        guard record.cancel != nil else { return nil }
        let telling = isCancelOwed && !isTellingCancel ? record.cancel?.wait?.due : nil
        let isOver = record.isFinal && record.cancel?.isAnswered == true
        return [telling, isOver ? nil : record.handOut.stopBy].compactMap { $0 }.min()
    }

    mutating func tellCancelIfOwed() {
        guard record.cancel != nil else { return }
        if now >= record.handOut.stopBy {
            if !record.isFinal { endCanceled() }
            // It starts no more calls, told or not.
            return noteCancelAnswer("the worker's time is over")
        }
        guard isCancelOwed, !isTellingCancel, !isTriggering else { return }
        if let wait = record.cancel?.wait, !wait.isOver(at: now) { return }
        isTellingCancel = true
        hasForeignWait = false
        let tries = (record.cancel?.tries ?? 0) + 1
        record.cancel?.tries = tries
        record.cancel?.wait = Wait(now: now, length: JobState.triggerDelay(afterTry: tries))
        effects.actions.append(.tellCancel(record))
    }

    mutating func settleCancel(_ epoch: Int, _ answer: CancelAnswer) {
        isTellingCancel = false
        guard epoch == record.handOut.epoch, record.cancel != nil else { return }
        switch answer {
        case .taken:
            noteCancelAnswer("the worker ends the run")
        case .unknown:
            noteCancelAnswer("the worker did not have the run, and will not begin it")
            if !record.isFinal { endCanceled() }
        case .unreachable(let reason):
            log(.cancelFailed(worker: record.handOut.worker, reason: reason))
        }
    }

    mutating func noteCancelAnswer(_ detail: String) {
        guard record.cancel?.isAnswered == false else { return }
        record.cancel?.isAnswered = true
        record.cancel?.wait = nil
        record.note(.cancelAnswered, at: now, detail: detail)
    }
}

extension JobRecord {
    /// Whether the worker may still work although somebody wants an end.
    var isCancelOwed: Bool {
        guard let cancel, !cancel.isAnswered, handOut.tries > 0 else { return false }
        return handOut.acceptance != .refused
    }
}
