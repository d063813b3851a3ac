/// Starting and settling calls.
extension RunState {
    /// Fills free slots with the next assets in order. The intent is part of the record before the call leaves.
    mutating func startAttempts(now: Milliseconds) {
        guard !record.isFinished, !record.isCancelWanted, !record.isSuperseded else { return }
        if let stopBy = record.stopBy, now >= stopBy { return }
        var started: [AssetID] = []
        for index in startable() {
            if record.firstCallAt == nil { record.firstCallAt = now }
            let startedAt = record.assets[index].startedAt ?? record.spent
            record.assets[index].startedAt = startedAt
            record.assets[index].retryAt = nil
            record.assets[index].attempts += 1
            move(index, to: .generating)
            inFlight.insert(index)
            started.append(record.assets[index].id)
            order(index, startedAt: startedAt)
        }
        if !started.isEmpty {
            effects.mustSave = true
            effects.actions.insert(.log(.batchStarted(started)), at: effects.actions.count - 2 * started.count)
        }
    }

    private mutating func order(_ index: Int, startedAt: Milliseconds) {
        let asset = record.assets[index]
        let assetLeft = startedAt + record.limits.assetDeadline - record.spent
        let jobLeft = record.limits.jobDeadline - record.spent
        let timeout = max(1, min(record.limits.attemptTimeout, assetLeft, jobLeft))
        log(.attemptStarted(asset.id, attempt: asset.attempts, of: record.limits.retry.maximumAttempts))
        effects.actions.append(.startAttempt(asset.id, attempt: asset.attempts, timeout: timeout))
    }

    /// Indexes that may start now, in order, as many as there are free slots.
    private func startable() -> [Int] {
        let turn: [Int]
        switch record.limits.schedule {
        case .rolling: turn = plan.order
        case .barrier:
            turn = plan.batches.first { batch in batch.contains { !record.assets[$0].state.isSettled } } ?? []
        }
        var busy = 0
        var busyLocations = 0
        for asset in record.assets where asset.state == .generating {
            busy += 1
            if asset.kind == .location { busyLocations += 1 }
        }
        var chosen: [Int] = []
        for index in turn where isReady(record.assets[index]) {
            guard busy + chosen.count < record.limits.window else { break }
            if record.assets[index].kind == .location {
                guard busyLocations < record.limits.locationWindow else { continue }
                busyLocations += 1
            }
            chosen.append(index)
        }
        return chosen
    }

    private func isReady(_ asset: AssetRun) -> Bool {
        switch asset.state {
        case .queued: true
        case .retrying: record.spent >= asset.retryAt ?? 0
        default: false
        }
    }

    mutating func settleAttempt(_ id: AssetID, attempt: Int, result: AttemptResult, dice: UInt64) {
        guard let index = record.assets.firstIndex(where: { $0.id == id }),
            record.assets[index].state == .generating, record.assets[index].attempts == attempt
        else { return }
        inFlight.remove(index)
        let abortReason = aborting.removeValue(forKey: index)
        effects.mustSave = true
        switch result {
        case .made(let picture, let source, let bytes):
            settleMade(index, picture, source, bytes)
        case .failed(let error):
            settleFailed(index, error, abortReason: abortReason, dice: dice)
        }
    }

    private mutating func settleMade(_ index: Int, _ picture: Picture, _ source: AssetSource, _ bytes: [UInt8]) {
        record.assets[index].picture = picture
        record.assets[index].source = source
        record.assets[index].error = nil
        effects.attachments.append(Artifact(owner: record.owner, hash: picture.hash, bytes: bytes))
        move(index, to: .generated)
        log(.generated(record.assets[index].id, attempt: record.assets[index].attempts, source))
    }

    mutating func settleFailed(_ index: Int, _ error: MediaError, abortReason: MediaError?, dice: UInt64) {
        let asset = record.assets[index]
        let maximum = record.limits.retry.maximumAttempts
        if let abortReason {
            record.assets[index].error = abortReason
            move(index, to: abortReason.kind == .canceled ? .canceled : .failed)
            log(.failed(asset.id, record.assets[index].state, attempt: asset.attempts, of: maximum, abortReason))
            return
        }
        record.assets[index].error = error
        let assetLeft = (asset.startedAt ?? record.spent) + record.limits.assetDeadline - record.spent
        let timeLeft = min(assetLeft, record.limits.jobDeadline - record.spent)
        switch record.limits.retry.decide(after: error, attempt: asset.attempts, timeLeft: timeLeft, dice: dice) {
        case .retry where record.isCancelWanted || record.isSuperseded:
            move(index, to: .canceled)
            log(.canceled(asset.id))
        case .retry(let delay):
            record.assets[index].retryAt = record.spent + delay
            move(index, to: .retrying)
            log(.retrying(asset.id, attempt: asset.attempts, of: maximum, error, delay: delay))
        case .park:
            move(index, to: .needsPromptUpdate)
            log(.failed(asset.id, .needsPromptUpdate, attempt: asset.attempts, of: maximum, error))
        case .fail:
            move(index, to: .failed)
            log(.failed(asset.id, .failed, attempt: asset.attempts, of: maximum, error))
        }
    }

    /// Calls that were in flight when the process died: sent, and nobody knows how they ended.
    mutating func resume(dice: UInt64) {
        log(.resumed)
        // A trigger may have come first, and calls of this process are in flight already.
        for index in record.assets.indices where record.assets[index].state == .generating && !inFlight.contains(index)
        {
            effects.mustSave = true
            record.assets[index].crashes += 1
            settleFailed(index, lostCall(record.assets[index]), abortReason: nil, dice: dice)
        }
    }

    private func lostCall(_ asset: AssetRun) -> MediaError {
        let isPoison = asset.crashes >= RunState.crashLimit
        return MediaError(
            isPoison ? .internalFailure : .outcomeUnknown,
            isPoison
                ? "the worker ended \(asset.crashes) times during this asset's call; it is not tried again"
                : "the worker ended during the call; it may have been billed",
            phase: .afterSend)
    }

    /// One asset that takes the process down with it must not do so at every start.
    static let crashLimit = 3

    /// The only place where an asset changes its state.
    mutating func move(_ index: Int, to next: AssetState) {
        let state = record.assets[index].state
        precondition(state.canBecome(next), "\(state) cannot become \(next)")
        record.assets[index].state = next
        if next.isSettled { record.assets[index].retryAt = nil }
        if next.isFailure { untoldFailure = true }
    }
}
