/// Uploads and snapshots.
extension RunState {
    var isToldWithLinks: Bool { record.artifactURL != nil }

    /// Decides whether the present version is worth telling: at the start, at each batch's worth of settled assets, when
    /// one parks or fails, at the end, and with our own receiver soon after any news.
    mutating func wantSnapshots(now: Milliseconds) {
        let settled = record.assets.count { record.visibleState(of: $0).isSettled }
        guard record.delivery.wanted < record.version else {
            newsSince = nil
            return
        }
        if settled != toldSettled, newsSince == nil { newsSince = now }
        guard isWorthTelling(settled: settled, now: now) else { return }
        record.delivery.want(record.version)
        toldSettled = settled
        newsSince = nil
        untoldFailure = false
    }

    private func isWorthTelling(settled: Int, now: Milliseconds) -> Bool {
        if record.isFinished { return true }
        if record.isSuperseded { return false }
        if record.delivery.wanted == 0, record.firstCallAt != nil { return true }
        if untoldFailure || record.queue != nil { return true }
        if isToldWithLinks, let newsSince, now - newsSince >= RunState.newsDelay { return true }
        switch record.limits.schedule {
        case .rolling:
            return settled / record.limits.window > toldSettled / record.limits.window
        case .barrier:
            var end = 0
            return plan.batches.contains { batch in
                end += batch.count
                return toldSettled < end && settled >= end
            }
        }
    }

    mutating func startUploads(now: Milliseconds) {
        guard isToldWithLinks, record.delivery.end == nil else { return }
        if let wait = record.delivery.uploadWait, !wait.isOver(at: now) { return }
        for asset in record.assets where asset.state == .generated && asset.upload == .pending {
            guard let hash = asset.picture?.hash, !uploading.contains(hash) else { continue }
            guard uploading.count < RunState.uploadsAtOnce else { return }
            uploading.insert(hash)
            effects.actions.append(.upload(hash))
        }
    }

    static let uploadsAtOnce = 4

    mutating func settleUpload(_ hash: ContentHash, _ answer: DeliveryAnswer, now: Milliseconds, dice: UInt64) {
        uploading.remove(hash)
        switch answer {
        case .accepted, .alreadyKnown:
            record.delivery.uploadWorked()
            setUpload(.done, of: [hash])
        case .failed(let reason, let retryAfter):
            let isFinal = record.isFinished
            record.delivery.uploadFailed(reason, retryAfter: retryAfter, isFinal: isFinal, now: now, dice: dice)
            if record.delivery.end != nil { effects.mustSave = true }
            log(.uploadFailed(hash, reason: reason))
        case .refused(let reason), .artifactsMissing(_, let reason):
            effects.mustSave = true
            setUpload(.refused, of: [hash])
            log(.uploadFailed(hash, reason: reason))
        case .superseded:
            effects.mustSave = true
            record.delivery.end = .superseded
            supersede()
        case .gone:
            effects.mustSave = true
            record.delivery.end = .gone
        }
    }

    private mutating func setUpload(_ upload: Upload, of hashes: [ContentHash]) {
        for index in record.assets.indices {
            guard let own = record.assets[index].picture?.hash, hashes.contains(own) else { continue }
            record.assets[index].upload = upload
        }
    }

    /// The receiver misses these. Until they are there again, progress snapshots do without them.
    private mutating func putAgain(_ hashes: [ContentHash]) {
        for index in record.assets.indices {
            guard let own = record.assets[index].picture?.hash, hashes.contains(own) else { continue }
            record.assets[index].misses += 1
            let mayPut = record.assets[index].misses <= DeliveryPolicy.missesAtMost
            record.assets[index].upload = mayPut ? .pending : .refused
        }
    }

    /// Sends the present snapshot if one is owed, none is on its way and its pictures have arrived.
    mutating func deliver(now: Milliseconds) {
        guard delivering == nil, record.delivery.isOwing, record.isFinished || !record.isSuperseded else { return }
        if let wait = record.delivery.wait, !wait.isOver(at: now) { return }
        if record.isHeldBack { return }
        // A version that was told must never be made again with another content.
        if record.version != savedVersion { effects.mustSave = true }
        record.delivery.want(record.version)
        record.delivery.begin(record.version, now: now)
        delivering = record.version
        toldSettled = record.assets.count { record.visibleState(of: $0).isSettled }
        newsSince = nil
        untoldFailure = false
        effects.actions.append(.deliver(record.snapshot()))
    }

    mutating func settleDelivery(_ version: Int, _ answer: DeliveryAnswer, now: Milliseconds, dice: UInt64) {
        guard delivering == version else { return }
        delivering = nil
        settleDeliveryOutcome(version, answer, now: now, dice: dice)
    }

    private mutating func settleDeliveryOutcome(
        _ version: Int, _ answer: DeliveryAnswer, now: Milliseconds, dice: UInt64
    ) {
        let isFinal = record.isFinished
        let latency = record.delivery.latency(now: now)
        record.note(
            DeliveryTry(at: now, version: version, number: record.delivery.tries, answer, latency: latency))
        record.delivery.settle(version, answer, isFinal: isFinal && version == record.version, now: now, dice: dice)
        switch answer {
        case .accepted(let stopBy):
            if let stopBy { record.stopBy = max(stopBy, record.stopBy ?? 0) }
            log(.delivered(version: version, latency: latency))
        case .alreadyKnown:
            log(.delivered(version: version, latency: latency))
        case .superseded:
            supersede()
        case .artifactsMissing(let hashes, let reason):
            putAgain(hashes)
            logFailure(version, reason)
        case .gone: logFailure(version, "the receiver wants no more news of this job (410)")
        case .refused(let reason), .failed(let reason, _): logFailure(version, reason)
        }
        if record.delivery.end != nil || (isFinal && record.delivery.isAtRest) { effects.mustSave = true }
        // So that it can be let go of until its turn comes.
        if isQueued { effects.mustSave = true }
    }

    private mutating func logFailure(_ version: Int, _ reason: String) {
        let willRetry = record.delivery.end == nil && record.delivery.abandoned < version
        log(.deliveryFailed(version: version, tries: record.delivery.tries, reason: reason, willRetry: willRetry))
    }

    /// One on its way is let end first; one that waits for its next try goes out at once.
    mutating func requestRedelivery() {
        guard record.isFinished, delivering == nil else { return }
        effects.mustSave = true
        record.delivery = Delivery()
        record.delivery.want(record.version)
        for index in record.assets.indices where record.assets[index].upload == .refused {
            record.assets[index].upload = .pending
            record.assets[index].misses = 0
        }
    }

    var deliveryWakes: [Milliseconds] {
        var wakes: [Milliseconds] = []
        if let newsSince, isToldWithLinks, !record.isFinished { wakes.append(newsSince + RunState.newsDelay) }
        if let wait = record.delivery.wait, record.delivery.isOwing { wakes.append(wait.due) }
        if let wait = record.delivery.uploadWait, record.delivery.end == nil { wakes.append(wait.due) }
        if let keepAliveAt { wakes.append(keepAliveAt) }
        return wakes
    }
}
