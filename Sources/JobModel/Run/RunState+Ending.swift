/// Deadlines, cancel and the end of a run.
extension RunState {
    mutating func expireDeadlines(now: Milliseconds) {
        guard !record.isFinished else { return }
        if record.firstCallAt != nil, record.spent >= record.limits.jobDeadline {
            cutOff(where: { !$0.isSettled })
            endUnsettled(because: MediaError(.deadline, "the job's deadline passed", phase: .beforeSend))
        } else if let stopBy = record.stopBy, now >= stopBy {
            cutOff(where: \.isWaiting)
            endWaiting(because: MediaError(.deadline, "the time for starting calls was over", phase: .beforeSend))
        }
        for index in record.assets.indices where isPastDeadline(record.assets[index]) {
            end(index, because: MediaError(.deadline, "the asset's deadline passed", phase: .beforeSend))
        }
    }

    private func isPastDeadline(_ asset: AssetRun) -> Bool {
        guard !asset.state.isSettled, let startedAt = asset.startedAt else { return false }
        return record.spent >= startedAt + record.limits.assetDeadline
    }

    mutating func cancel() {
        guard !record.isFinished, !record.isCancelWanted else { return }
        effects.mustSave = true
        record.isCancelWanted = true
        endUnsettled(because: MediaError(.canceled, "the job was canceled", phase: .beforeSend))
    }

    /// Another epoch has the job: start nothing more, let calls in flight end, for they are paid for.
    mutating func supersede() {
        guard !record.isSuperseded else { return }
        effects.mustSave = true
        record.isSuperseded = true
        log(.superseded)
        endWaiting(because: MediaError(.canceled, "a later epoch took over", phase: .beforeSend))
    }

    /// Of those that an end of another kind is coming for already, that stays the reason.
    private mutating func cutOff(where isMeant: (AssetState) -> Bool) {
        for index in record.assets.indices where isMeant(record.assets[index].state) && aborting[index] == nil {
            record.assets[index].cutOff = true
        }
    }

    private mutating func endUnsettled(because error: MediaError) {
        for index in record.assets.indices where !record.assets[index].state.isSettled { end(index, because: error) }
    }

    private mutating func endWaiting(because error: MediaError) {
        for index in record.assets.indices where record.assets[index].state.isWaiting { end(index, because: error) }
    }

    /// Calls in flight are aborted and settle when their end is reported; a picture that comes all the same is kept.
    mutating func end(_ index: Int, because error: MediaError) {
        if record.assets[index].state == .generating {
            guard aborting[index] == nil else { return }
            aborting[index] = error
            effects.actions.append(.abortAttempt(record.assets[index].id, epoch: record.epoch))
            return
        }
        effects.mustSave = true
        // The last error of a call says more than the deadline that cut off its next try.
        if record.assets[index].error == nil || error.kind == .canceled { record.assets[index].error = error }
        move(index, to: error.kind == .canceled ? .canceled : .failed, because: error)
        let asset = record.assets[index]
        log(
            .failed(
                asset.id, asset.state, attempt: asset.attempts, of: record.limits.retry.maximumAttempts,
                lane(of: index), error))
    }

    mutating func finishIfSettled(now: Milliseconds) {
        guard !record.isFinished, record.assets.allSatisfy(\.state.isSettled) else { return }
        let wasCanceled = record.isCancelWanted || record.isSuperseded
        record.status = JobStatus.outcome(of: record.assets.lazy.map(\.state), wasCanceled: wasCanceled)
        record.finishedAt = now
        record.queue = nil
        effects.mustSave = true
        let made = record.assets.count { $0.state == .generated }
        log(.finished(record.status, made: made, of: record.assets.count, duration: now - record.acceptedAt))
    }

    var assetWakes: [Milliseconds] {
        guard !record.isFinished else { return [] }
        var wakes: [Milliseconds] = []
        func wake(atSpent spent: Milliseconds) { wakes.append(clockAt + max(0, spent - record.spent)) }
        if record.firstCallAt != nil { wake(atSpent: record.limits.jobDeadline) }
        for (index, asset) in record.assets.enumerated() where !asset.state.isSettled && aborting[index] == nil {
            if let retryAt = asset.retryAt { wake(atSpent: retryAt) }
            if let startedAt = asset.startedAt { wake(atSpent: startedAt + record.limits.assetDeadline) }
        }
        if let stopBy = record.stopBy { wakes.append(stopBy) }
        return wakes
    }
}
