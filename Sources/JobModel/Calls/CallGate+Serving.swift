/// Giving out what there is.
extension CallGate {
    mutating func takeNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    mutating func forget(_ id: JobID) {
        guard let owner = jobs[id]?.owner else { return }
        change(id, to: nil)
        if books.owners[owner] == nil { turns[owner] = nil }
    }

    mutating func release(_ permit: CallPermit, _ end: CallEnd, now: Milliseconds) -> Holder? {
        guard let holder = holders.removeValue(forKey: permit.number) else { return nil }
        let lowered = lanes[permit.lane]?.ended(
            permit.number, end, duration: now - holder.since, nextNumber: nextNumber)
        if let cap = lowered ?? nil { actions.append(.log(.concurrencyLowered(permit.lane, to: cap))) }
        let provider = permit.lane.provider
        switch breakers[provider]?.ended(permit.number, end, now: now) ?? .none {
        case .none: break
        case .opened(let until):
            actions.append(.log(.circuitOpened(provider: provider, pause: until - now)))
        case .closed: actions.append(.log(.circuitClosed(provider: provider)))
        }
        return holder
    }

    func throughput(_ lane: CallLane) -> Double? { lanes[lane]?.throughput }

    // MARK: Serving

    /// Whether one more call over all lanes is allowed.
    var hasPlace: Bool { callsAtOnce.map { holders.count < $0 } ?? true }

    /// Gives out what there is: one to each lane in turn, for all of them share ``callsAtOnce``.
    mutating func serve(now: Milliseconds) {
        servedAt = now
        var hungry = hungryLanes()
        if hasBreakers {
            for lane in hungry where breakers[lane.provider]?.isClosed == false { sendElsewhere(from: lane.provider) }
        }
        while !hungry.isEmpty, hasPlace { hungry = hungry.filter { serve($0, now: now) } }
    }

    /// Those where somebody wants to call, beginning behind the one that had the last call.
    private func hungryLanes() -> [CallLane] {
        // Sorted: a dictionary has an order of its own in every process, and a history must be replayable.
        let hungry = lanes.lazy.filter { $0.value.hungry > 0 }.map(\.key)
            .sorted { ($0.provider, $0.model) < ($1.provider, $1.model) }
        guard let lastLane,
            let first = hungry.firstIndex(where: { ($0.provider, $0.model) > (lastLane.provider, lastLane.model) })
        else { return hungry }
        return Array(hungry[first...] + hungry[..<first])
    }

    /// - Returns: whether a call was given out; if not, none is to be had in the lane now.
    private mutating func serve(_ lane: CallLane, now: Milliseconds) -> Bool {
        guard hasPlace, (lanes[lane]?.hungry ?? 0) > 0, lanes[lane]?.hasRoom(now: now) == true,
            !hasBreakers || breakers[lane.provider, default: CircuitBreaker()].mayPass(now: now),
            let id = nextJob(lane, now: now)
        else { return false }
        grant(lane, to: id, now: now)
        return true
    }

    private mutating func grant(_ lane: CallLane, to id: JobID, now: Milliseconds) {
        let number = takeNumber()
        let isProbe = hasBreakers && breakers[lane.provider, default: CircuitBreaker()].passed(number)
        let permit = CallPermit(lane: lane, number: number, isProbe: isProbe)
        holders[permit.number] = Holder(job: id, lane: lane, since: now)
        lanes[lane]?.give(permit.number)
        lastLane = lane
        change(id) { job in
            let left = (job.demand.now[lane] ?? 1) - 1
            job.demand.now[lane] = left > 0 ? left : nil
        }
        admit(id, now: now)
        if let index = actions.firstIndex(where: { if case .grant(id, _) = $0 { true } else { false } }),
            case .grant(_, let permits) = actions[index]
        {
            actions[index] = .grant(id, permits + [permit])
        } else {
            actions.append(.grant(id, [permit]))
        }
    }

    private mutating func sendElsewhere(from provider: String) {
        // Told once for each demand: a thousand jobs that answer one after another must not be told a thousand times.
        for id in books.leaving[provider]?.jobs ?? [] {
            change(id) { $0.demand.dispensable.remove(provider) }
            actions.append(.circuitOpen(id, provider: provider))
        }
    }
}
