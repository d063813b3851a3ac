/// Epochs that nobody has to ask for: at another worker, or for what a deadline cut off.
extension JobState {
    /// A worker that takes nothing is not waited for where there is another. One that may have a trigger whose answer was
    /// lost is given longer: what it makes would be paid for twice.
    mutating func handOverIfUnreached(dice: UInt64) {
        let handOut = record.handOut
        let patience = handOut.sends == 0 ? JobPolicy.triesPerWorker : JobPolicy.triesWhereSent
        guard isTriggerOwed, !isTriggering, handOut.tries >= patience,
            let next = policy.worker(after: handOut.worker)
        else { return }
        let rounds = (handOut.rounds ?? 0) + 1
        handOver(to: next, because: record.lastError ?? "the worker did not take it", dice: dice)
        record.handOut.rounds = rounds
        // Once all have been tried, the next round waits.
        if rounds >= policy.workers.count { record.handOut.wait = handOut.wait?.reanchored(at: now) }
    }

    /// The rest of the work goes to this worker, in an epoch of its own.
    mutating func handOver(to worker: String, because reason: String, dice: UInt64) {
        let (ended, from) = (record.handOut.epoch, record.handOut.worker)
        beginEpoch(claim: Claim(drawn: dice), worker: worker, fallback: record.handOut.fallback)
        for index in record.assets.indices {
            record.assets[index].closeCost(of: ended)
            if !record.assets[index].status.isSettled { record.assets[index].queueAgain() }
        }
        forgetOldEpochs()
        record.limitCost()
        record.lastError = reason
        record.note(.handedOver, at: now, detail: "from \(from) to \(worker): \(reason)")
        log(.handedOver(epoch: record.handOut.epoch, from: from, to: worker, reason: reason))
    }

    // MARK: After a deadline

    /// Whether what a deadline cut off in this last snapshot goes on in another epoch.
    func plansContinuation(of snapshot: Snapshot) -> Bool {
        guard policy.drives, policy.continuesAfterDeadline, record.cancel == nil,
            record.handOut.acceptance == .acknowledged, record.continuations + 1 < JobPolicy.epochsAtMost
        else { return false }
        return snapshot.status.isTerminal && record.assets.contains { $0.isCutOff }
    }

    /// Readers get to see the end of the epoch before the next begins.
    private static let continuationPause: Milliseconds = 200

    var continuationWake: Milliseconds? {
        guard record.status.isTerminal, !record.isFinal, policy.drives else { return nil }
        let end = record.completedAt ?? record.updatedAt
        return end > now ? now : end + JobState.continuationPause
    }

    mutating func continueIfPlanned(dice: UInt64) {
        guard let due = continuationWake, due <= now else { return }
        let ended = record.handOut.epoch
        beginEpoch(claim: Claim(drawn: dice), worker: record.handOut.worker, fallback: record.handOut.fallback)
        record.continuations += 1
        heard()
        var rest: [AssetID] = []
        for index in record.assets.indices {
            record.assets[index].closeCost(of: ended)
            guard record.assets[index].isCutOff else { continue }
            record.assets[index].queueAgain()
            record.assets[index].error = nil
            record.assets[index].cutOff = nil
            rest.append(record.assets[index].id)
        }
        forgetOldEpochs()
        record.limitCost()
        record.note(.continued, at: now, detail: "\(rest.count) images that a deadline had cut off")
        log(.continued(epoch: record.handOut.epoch, assets: rest))
    }

    // MARK: Money

    /// Once the job has ended, and once more when a worker's word comes late.
    mutating func settleIfOwed() {
        guard policy.settles, !isSettling, record.isSettlementOwed else { return }
        isSettling = true
        effects.actions.append(.settle(record))
    }

    // MARK: The end of its keeping

    mutating func forgetIfOver() {
        guard record.isFinal, let until = record.keepUntil, now >= until, !record.isCancelOwed,
            !(policy.settles && record.isSettlementOwed)
        else { return }
        forget()
    }

    private mutating func forget() {
        record.forget(now: now, memoryKept: policy.memoryKept)
        log(.forgotten)
    }

    /// Lets go of the job before its time. What became of it is remembered as that of any other.
    mutating func delete(_ token: ReplyToken) {
        if !record.isForgotten {
            guard record.isFinal, !record.isCancelOwed else {
                let message = "the job is still running, or its worker is being told to stop; cancel it first"
                return refuse(token, .conflict(code: "job_running", message: message))
            }
            guard !(policy.settles && record.isSettlementOwed) else {
                return refuse(token, .conflict(code: "job_settling", message: "its costs are being settled; try again"))
            }
            forget()
        }
        reply(token, .forgotten(record))
    }
}

extension JobAsset {
    /// Not made, because a deadline of the whole job came first.
    var isCutOff: Bool { cutOff == true && status != .generated }
}
