/// Asking for the right to call, and calling.
extension RunState {
    /// Uses the permits at hand for the next assets in order. The intent is part of the record before the call leaves.
    mutating func startAttempts(now: Milliseconds) {
        defer { giveBackUnused() }
        guard !permits.isEmpty, mayStart(now: now) else { return }
        var started: [AssetID] = []
        for index in startable().now {
            let lane = lane(of: index)
            guard let permit = permits.firstIndex(where: { $0.lane == lane }) else { continue }
            begin(index, with: permits.remove(at: permit), now: now)
            started.append(record.assets[index].id)
        }
        guard !started.isEmpty else { return }
        effects.mustSave = true
        effects.actions.insert(.log(.batchStarted(started)), at: effects.actions.count - 2 * started.count)
    }

    func mayStart(now: Milliseconds) -> Bool {
        guard !record.isFinished, !record.isCancelWanted, !record.isSuperseded else { return false }
        return record.stopBy.map { now < $0 } ?? true
    }

    private mutating func begin(_ index: Int, with permit: CallPermit, now: Milliseconds) {
        if record.firstCallAt == nil { record.firstCallAt = now }
        leaveQueue(now: now)
        let startedAt = record.assets[index].startedAt ?? record.spent
        record.assets[index].startedAt = startedAt
        record.assets[index].retryAt = nil
        let open = record.assets[index].openCall
        record.assets[index].isAsking = open != nil
        record.assets[index].starts += 1
        if open == nil {
            record.assets[index].attempts += 1
            record.assets[index].tries += 1
        } else {
            record.assets[index].asks += 1
        }
        move(index, to: .generating)
        inFlight[index] = permit
        order(index, startedAt: startedAt, permit: permit)
    }

    private mutating func order(_ index: Int, startedAt: Milliseconds, permit: CallPermit) {
        let asset = record.assets[index]
        let assetLeft = startedAt + record.limits.assetDeadline - record.spent
        let jobLeft = record.limits.jobDeadline - record.spent
        let timeout = max(1, min(record.limits.attemptTimeout, assetLeft, jobLeft))
        log(
            .attemptStarted(
                asset.id, attempt: asset.attempts, of: record.limits.retry.maximumAttempts, permit.lane,
                isQuestion: asset.isAsking))
        effects.actions.append(
            .startAttempt(
                CallOrder(
                    asset: asset.id, start: asset.starts, attempt: asset.attempts, provider: permit.lane.provider,
                    model: permit.lane.model, timeout: timeout, resuming: asset.openCall, permit: permit)))
    }

    mutating func giveBackUnused() {
        guard !permits.isEmpty else { return }
        effects.releases.append(.giveBack(permits))
        permits = []
    }

    /// Tells the limits what the run could use, whenever that has changed, and once when nobody knows what they hold.
    mutating func tellDemand(now: Milliseconds) {
        let demand = demand(now: now)
        if let demanded, demand.isSameWish(as: demanded) { return }
        demanded = demand
        effects.actions.append(.demand(demand))
    }

    private func demand(now: Milliseconds) -> CallDemand {
        guard mayStart(now: now) else { return .nothing }
        let startable = startable()
        var dispensable: Set<String> = []
        for index in startable.now where hasNextProvider(index) { dispensable.insert(lane(of: index).provider) }
        return CallDemand(
            now: count(startable.now), next: count(startable.next),
            callsLeft: count(record.assets.indices.filter { !record.assets[$0].state.isSettled }),
            timeLeft: max(0, record.limits.jobDeadline - record.spent), dispensable: dispensable)
    }

    private func count(_ indexes: [Int]) -> [CallLane: Int] {
        indexes.reduce(into: [:]) { $0[lane(of: $1), default: 0] += 1 }
    }

    /// Indexes that may start now, in order, as many as there are free slots; and those that could as soon as a slot is
    /// free, as many as there are slots in use.
    private func startable() -> (now: [Int], next: [Int]) {
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
        let inUse = busy
        var (chosen, next): ([Int], [Int]) = ([], [])
        var (budget, money) = (budgetLeft, moneyLeft)
        for index in turn where isReady(record.assets[index]) {
            if record.assets[index].openCall == nil {
                guard budget > 0, let price = share(of: index, in: money) else { continue }
                budget -= 1
                money -= price
            }
            let isLocation = record.assets[index].kind == .location
            if busy < record.limits.window, !isLocation || busyLocations < record.limits.locationWindow {
                busy += 1
                if isLocation { busyLocations += 1 }
                chosen.append(index)
            } else if next.count < inUse {
                next.append(index)
            } else {
                break
            }
        }
        return (chosen, next)
    }

    /// Calls that the job may still begin in this epoch.
    var budgetLeft: Int {
        guard let budget = record.limits.jobAttempts else { return .max }
        return budget - record.assets.reduce(0) { $0 + ($1.startedAt == nil ? 0 : $1.attempts) }
    }

    private func isReady(_ asset: AssetRun) -> Bool {
        switch asset.state {
        case .queued: true
        case .retrying: record.spent >= asset.retryAt ?? 0
        default: false
        }
    }

    // MARK: Waiting

    /// A place in the queue is news for our own receivers; others have no field for it.
    mutating func wait(ahead: Int, now: Milliseconds) {
        guard isToldWithLinks, record.firstCallAt == nil, !record.isFinished else { return }
        record.queue = QueuePlace(ahead: ahead, at: now)
    }

    private mutating func leaveQueue(now: Milliseconds) {
        guard record.queue != nil else { return }
        record.queue = nil
        newsSince = newsSince ?? now
    }
}

extension CallDemand {
    /// The time that is left runs down by itself and is no news.
    func isSameWish(as other: CallDemand) -> Bool {
        now == other.now && next == other.next && callsLeft == other.callsLeft && dispensable == other.dispensable
    }
}
