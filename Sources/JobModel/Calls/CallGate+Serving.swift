/// Keeping the books, and giving out what there is.
extension CallGate {
    mutating func takeNumber() -> UInt64 {
        defer { nextNumber += 1 }
        return nextNumber
    }

    mutating func replaceDemand(of id: JobID, with demand: CallDemand, now: Milliseconds) {
        guard let old = jobs[id]?.demand else { return }
        for (lane, count) in old.now { lanes[lane]?.hungry -= count }
        for (lane, count) in demand.now {
            let state = CallLaneState(limits(lane.provider))
            lanes[lane, default: state].hungry += count
        }
        jobs[id]?.demand = demand
        jobs[id]?.deadline = now + demand.timeLeft
    }

    mutating func forget(_ id: JobID) {
        guard let job = jobs.removeValue(forKey: id) else { return }
        for (lane, count) in job.demand.now { lanes[lane]?.hungry -= count }
        leave(job)
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

    /// Gives out what there is, lane after lane.
    mutating func serve(now: Milliseconds) {
        servedAt = now
        // Sorted: a dictionary has an order of its own in every process, and a history must be replayable.
        let hungry = lanes.lazy.filter { $0.value.hungry > 0 }.map(\.key)
        for lane in hungry.sorted(by: { ($0.provider, $0.model) < ($1.provider, $1.model) }) {
            if hasBreakers, breakers[lane.provider]?.isClosed == false { sendElsewhere(from: lane.provider) }
            while (lanes[lane]?.hungry ?? 0) > 0, lanes[lane]?.hasRoom(now: now) == true,
                !hasBreakers || breakers[lane.provider, default: CircuitBreaker()].mayPass(now: now),
                let id = nextJob(lane, now: now)
            {
                grant(lane, to: id, now: now)
            }
        }
    }

    private mutating func grant(_ lane: CallLane, to id: JobID, now: Milliseconds) {
        let number = takeNumber()
        let isProbe = hasBreakers && breakers[lane.provider, default: CircuitBreaker()].passed(number)
        let permit = CallPermit(lane: lane, number: number, isProbe: isProbe)
        holders[permit.number] = Holder(job: id, lane: lane, since: now)
        lanes[lane]?.give(permit.number)
        lanes[lane]?.hungry -= 1
        let left = (jobs[id]?.demand.now[lane] ?? 1) - 1
        jobs[id]?.demand.now[lane] = left > 0 ? left : nil
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
        let leaving = jobs.values.filter { $0.demand.dispensable.contains(provider) }
        for job in leaving.sorted(by: { $0.number < $1.number }) {
            jobs[job.id]?.demand.dispensable.remove(provider)
            actions.append(.circuitOpen(job.id, provider: provider))
        }
    }
}

extension CallGate {
    /// Whether nothing of any job or call is held.
    var isEmpty: Bool {
        jobs.isEmpty && queues.isEmpty && turns.isEmpty && admitted.isEmpty && holders.isEmpty
            && lanes.values.allSatisfy { $0.hungry == 0 && $0.inFlight == 0 }
    }
}
