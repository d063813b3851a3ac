/// Creating a job and getting it into a worker's hands.
extension JobState {
    mutating func create(_ token: ReplyToken, _ proposal: JobProposal) {
        if isNew {
            begin(token, proposal)
        } else if record.jobID == proposal.record.jobID {
            // The write that made it was in doubt, and did happen; or its creator asks once more.
            reply(token, record.isForgotten ? .forgotten(record) : .created(record))
        } else if record.isForgotten {
            take(proposal)
            begin(token, proposal)
        } else if record.status.isTerminal && record.isFinal {
            guard isPutAway(by: proposal) else { return putAway(token, proposal) }
            take(proposal)
            begin(token, proposal)
        } else if record.requestHash == proposal.record.requestHash {
            reply(token, .joined(record))
        } else {
            let message = "this case is being worked on with another request; wait for its end"
            reply(token, .conflict(code: "case_running", message: message))
        }
    }

    /// Another job of the case; its epochs go on counting.
    private mutating func take(_ proposal: JobProposal) {
        let epoch = record.handOut.epoch + 1
        record = proposal.record
        record.handOut.epoch = epoch
    }

    /// The old record goes to its own key before the new one takes its place.
    private mutating func putAway(_ token: ReplyToken, _ proposal: JobProposal) {
        var proposal = proposal
        proposal.archivedCopy = record
        effects.actions.append(.archive(record, token, proposal))
    }

    /// Whether it was put away as it stands: a retry may have come in between.
    private func isPutAway(by proposal: JobProposal) -> Bool {
        guard proposal.archived == record.jobID, var copy = proposal.archivedCopy else { return false }
        copy.writeID = record.writeID
        copy.cancel = record.cancel
        copy.account = record.account
        return copy == record
    }

    private mutating func begin(_ token: ReplyToken, _ proposal: JobProposal) {
        isNew = false
        effects.mustSave = true
        effects.attachments.append(proposal.specification)
        effects.attachments += proposal.inputs
        log(.created(total: record.assets.count))
        record.note(.created, at: now, detail: "\(record.assets.count) images")
        reply(token, .created(record))
    }

    /// Commits when the next trigger is due before this one leaves, so that of several processes one acts.
    mutating func triggerIfOwed() {
        guard isTriggerOwed, !isTriggering else { return }
        if let wait = record.handOut.wait, !wait.isOver(at: now) { return }
        isTriggering = true
        record.handOut.tries += 1
        record.handOut.sends = record.handOut.sends.map { $0 + 1 }
        record.handOut.wait = Wait(now: now, length: JobState.triggerDelay(afterTry: triesInAll))
        if now >= record.handOut.stopBy { record.handOut.stopBy = now + policy.fence }
        log(.triggered(worker: record.handOut.worker, tries: record.handOut.tries))
        if record.handOut.tries == 1 { record.note(.triggered, at: now, detail: record.handOut.worker) }
        effects.actions.append(.trigger(record))
    }

    /// Of all workers since one last took it.
    private var triesInAll: Int { record.handOut.tries + JobPolicy.triesPerWorker * (record.handOut.rounds ?? 0) }

    /// Quick at first, for whoever waits at the command line, then ever slower.
    public static func triggerDelay(afterTry tries: Int) -> Milliseconds {
        let delays: [Milliseconds] = [500, 1_500, 3_000, 5_000, 10_000, 30_000, 60_000]
        return delays[min(max(tries, 1), delays.count) - 1]
    }

    var triggerWake: Milliseconds? {
        isTriggerOwed && !isTriggering ? record.handOut.wait?.due : nil
    }

    mutating func settleTrigger(_ epoch: Int, _ answer: TriggerAnswer) {
        isTriggering = false
        guard epoch == record.handOut.epoch else { return }
        if case .unreachable(_, wasSent: false) = answer {
            record.handOut.sends = record.handOut.sends.map { max(0, $0 - 1) }
        }
        switch answer {
        case .accepted: acknowledge(.acknowledged)
        case .acceptedByForeign: acknowledge(.foreign)
        case .busy(let reason, let retryAfter): putOff(reason, atLeast: retryAfter ?? 0)
        case .refused(let reason), .unreachable(let reason, _): putOff(reason, atLeast: 0)
        case .unacceptable(let reason): giveUp(reason)
        }
    }

    mutating func acknowledge(_ acceptance: HandOut.Acceptance) {
        record.handOut.wait = nil
        record.lastError = nil
        heard()
        if record.handOut.acceptance == .none {
            record.note(.acknowledged, at: now, detail: record.handOut.worker)
        }
        // Who names our claim is ours, even if its first answer did not say so.
        if record.handOut.acceptance == .none || acceptance == .acknowledged {
            record.handOut.acceptance = acceptance
        }
        if record.status == .pending, acceptance == .acknowledged { move(to: .generating) }
    }

    private mutating func putOff(_ reason: String, atLeast: Milliseconds) {
        // A snapshot may have come in the meantime: then the worker has the job, whatever became of the answer.
        guard isTriggerOwed else { return }
        let planned = JobState.triggerDelay(afterTry: triesInAll)
        let delay = max(planned, min(atLeast, policy.fence))
        record.handOut.wait = Wait(now: now, length: delay)
        record.lastError = bounded(reason)
        record.note(.triggerFailed, at: now, detail: reason)
        log(
            .triggerFailed(
                worker: record.handOut.worker, tries: record.handOut.tries, reason: reason, delay: delay))
    }

    /// The worker will never take this epoch as it is: repeating helps nobody, and the job must not wait for ever.
    private mutating func giveUp(_ reason: String) {
        guard isTriggerOwed else { return }
        record.handOut.acceptance = .refused
        record.handOut.wait = nil
        record.lastError = bounded(reason)
        for index in record.assets.indices where !record.assets[index].status.isSettled {
            record.assets[index].status = .failed
            record.assets[index].error = MediaError(.invalidRequest, reason, phase: .beforeSend)
        }
        log(.refused(worker: record.handOut.worker, reason: reason))
        record.note(.refused, at: now, detail: reason)
        settleStatus(isTerminal: true, wasCanceled: false)
        record.isFinal = true
        logEnd()
    }

    private func bounded(_ reason: String) -> String {
        String(String.UnicodeScalarView(reason.unicodeScalars.prefix(500)))
    }
}
