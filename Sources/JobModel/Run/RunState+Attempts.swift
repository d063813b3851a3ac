/// Settling calls.
extension RunState {
    mutating func settleAttempt(_ id: AssetID, start: Int, result: AttemptResult, dice: UInt64) {
        guard let index = record.assets.firstIndex(where: { $0.id == id }),
            record.assets[index].state == .generating, record.assets[index].starts == start
        else { return }
        let permit = inFlight.removeValue(forKey: index)
        let abortReason = aborting.removeValue(forKey: index)
        effects.mustSave = true
        if !isUnasked(index, result) { forgetPossibleCost(index) }
        switch result {
        case .made(let picture, let source, let bytes):
            settleMade(index, picture, source, bytes)
        case .failed(let error):
            if permit?.isProbe == true, CallEnd(error) == .down, !record.assets[index].isAsking {
                record.assets[index].tries -= 1
            }
            settleFailed(index, error, abortReason: abortReason, dice: dice)
        case .interrupted(let phase):
            // Not the asset's fault: the try does not count among those that it has.
            if !record.assets[index].isAsking { record.assets[index].tries -= 1 }
            settleFailed(
                index, interrupted(in: phase), abortReason: abortReason, next: .retry(after: 0), dice: dice)
        }
        record.assets[index].isAsking = false
        endBeyondBudget()
    }

    /// Whether it was to ask about an earlier call and did not come to it: then nothing was learned of that one.
    private func isUnasked(_ index: Int, _ result: AttemptResult) -> Bool {
        guard record.assets[index].isAsking else { return false }
        return switch result {
        case .made: false
        case .failed(let error): error.phase == .beforeSend
        case .interrupted(let phase): phase == .beforeSend
        }
    }

    private func interrupted(in phase: MediaError.Phase) -> MediaError {
        let wasSent = phase == .afterSend
        let end = wasSent ? "during the call; it may have been billed" : "before the call had left"
        return MediaError(
            wasSent ? .outcomeUnknown : .internalFailure, "the worker was shut down \(end)", isRetryable: true,
            phase: phase)
    }

    /// The provider's own id for a call, durable as soon as may be: by it the call is found again after a crash.
    mutating func name(_ id: AssetID, start: Int, _ call: RemoteCall) {
        guard let index = record.assets.firstIndex(where: { $0.id == id }),
            record.assets[index].state == .generating, record.assets[index].starts == start,
            record.assets[index].openCall != call
        else { return }
        effects.mustSave = true
        record.assets[index].openCall = call
    }

    private mutating func settleMade(_ index: Int, _ picture: Picture, _ source: AssetSource, _ bytes: [UInt8]) {
        var source = source
        source.isFallback = record.isFallback || record.assets[index].provider > 0
        source.fallbackCause = record.assets[index].fallbackCause
        source.callID = record.assets[index].openCall?.id
        record.assets[index].picture = picture
        record.assets[index].source = source
        record.assets[index].error = nil
        record.assets[index].cutOff = nil
        record.assets[index].openCall = nil
        record.assets[index].cost.micros += source.costMicros ?? 0
        effects.attachments.append(Artifact(owner: record.owner, hash: picture.hash, bytes: bytes))
        move(index, to: .generated, costMicros: source.costMicros)
        log(.generated(record.assets[index].id, attempt: record.assets[index].attempts, source))
    }

    /// - Parameter next: what follows, where that does not depend on the error.
    mutating func settleFailed(
        _ index: Int, _ error: MediaError, abortReason: MediaError?, next: RetryPolicy.Decision? = nil, dice: UInt64
    ) {
        charge(index, error)
        // Once the provider has said how it ended there is nothing left to ask.
        if !error.isOutcomeUnknown, !isUnasked(index, .failed(error)) { record.assets[index].openCall = nil }
        if let abortReason {
            end(index, as: abortReason.kind == .canceled ? .canceled : .failed, abortReason)
            return
        }
        record.assets[index].error = error
        giveUpAsking(index)
        let mustHold = error.isOutcomeUnknown && record.assets[index].openCall == nil
        if mustHold, terms(of: index).unknownOutcome == .hold { return end(index, as: .held, error) }
        switch next ?? decide(index, after: error, timeLeft: timeLeft(of: index), dice: dice) {
        case .retry where record.isCancelWanted || record.isSuperseded:
            move(index, to: .canceled, because: error)
            log(.canceled(record.assets[index].id))
        case .retry(let delay): retry(index, after: delay, error)
        case .park, .fail:
            let isRefusal = error.kind == .refused
            guard mayFallBack(index, after: error), timeLeft(of: index) > 0, budgetLeft > 0 else {
                if wouldTryAgain(index, after: error) { record.assets[index].cutOff = true }
                return end(index, as: isRefusal ? .needsPromptUpdate : .failed, error)
            }
            retry(index, after: 0, error)
            fallBack(index, code: error.kind.rawValue)
        }
    }

    /// Whether only the job's deadline keeps it from another try.
    private func wouldTryAgain(_ index: Int, after error: MediaError) -> Bool {
        guard !record.isCancelWanted, !record.isSuperseded else { return false }
        let left = assetTimeLeft(of: index)
        if case .retry = decide(index, after: error, timeLeft: left, dice: 0) { return true }
        return mayFallBack(index, after: error) && left > 0 && budgetLeft > 0
    }

    private func decide(
        _ index: Int, after error: MediaError, timeLeft: Milliseconds, dice: UInt64
    ) -> RetryPolicy.Decision {
        let asset = record.assets[index]
        let policy = record.limits.retry
        // A question costs nothing: it may follow the last call.
        let tries = asset.openCall == nil ? asset.tries : min(asset.tries, policy.maximumAttempts - 1)
        if asset.openCall == nil, budgetLeft <= 0 { return error.kind == .refused ? .park : .fail }
        return policy.decide(after: error, attempt: tries, timeLeft: timeLeft, dice: dice)
    }

    private func timeLeft(of index: Int) -> Milliseconds {
        min(assetTimeLeft(of: index), record.limits.jobDeadline - record.spent)
    }

    private func assetTimeLeft(of index: Int) -> Milliseconds {
        (record.assets[index].startedAt ?? record.spent) + record.limits.assetDeadline - record.spent
    }

    private mutating func retry(_ index: Int, after delay: Milliseconds, _ error: MediaError) {
        let asset = record.assets[index]
        record.assets[index].retryAt = record.spent + delay
        move(index, to: .retrying, because: error, delay: delay)
        log(
            .retrying(
                asset.id, attempt: asset.attempts, of: record.limits.retry.maximumAttempts, lane(of: index), error,
                delay: delay))
    }

    private mutating func end(_ index: Int, as state: AssetState, _ error: MediaError) {
        let asset = record.assets[index]
        record.assets[index].error = error
        move(index, to: state, because: error)
        log(
            .failed(
                asset.id, state, attempt: asset.attempts, of: record.limits.retry.maximumAttempts, lane(of: index),
                error))
    }

    // MARK: Unknown outcomes

    /// A provider that never says what became of a call is not asked for ever.
    static let asksAtMost = 5

    private mutating func giveUpAsking(_ index: Int) {
        guard record.assets[index].openCall != nil, record.assets[index].asks >= RunState.asksAtMost else { return }
        record.assets[index].openCall = nil
        record.assets[index].asks = 0
    }

    /// What a call that failed costs for certain, or may have cost.
    private mutating func charge(_ index: Int, _ error: MediaError) {
        guard error.phase == .afterSend else {
            record.assets[index].cost.micros += error.costMicros ?? 0
            return
        }
        record.assets[index].cost.possiblyBilled += 1
        record.assets[index].cost.possibleMicros += price(of: index) ?? 0
    }

    /// The answer to a question takes the place of what was feared before it.
    private mutating func forgetPossibleCost(_ index: Int) {
        guard record.assets[index].isAsking, record.assets[index].cost.possiblyBilled > 0 else { return }
        record.assets[index].cost.possiblyBilled -= 1
        record.assets[index].cost.possibleMicros -= price(of: index) ?? 0
    }

    /// Calls that were in flight when the process died: sent, and nobody knows how they ended.
    mutating func resume(dice: UInt64) {
        log(.resumed)
        // A trigger may have come first, and calls of this process are in flight already.
        for index in record.assets.indices
        where record.assets[index].state == .generating && inFlight[index] == nil {
            effects.mustSave = true
            record.assets[index].crashes += 1
            forgetPossibleCost(index)
            settleFailed(index, lostCall(record.assets[index]), abortReason: nil, dice: dice)
            record.assets[index].isAsking = false
        }
        endBeyondBudget()
    }

    /// What waits for a call that the job has no budget for waits for nothing.
    private mutating func endBeyondBudget() {
        guard let budget = record.limits.jobAttempts, budgetLeft <= 0 else { return }
        let message = "the job's budget of \(budget) calls is spent"
        for index in record.assets.indices where record.assets[index].openCall == nil {
            switch record.assets[index].state {
            case .queued, .retrying: end(index, because: MediaError(.quotaExhausted, message, phase: .beforeSend))
            default: break
            }
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
}
