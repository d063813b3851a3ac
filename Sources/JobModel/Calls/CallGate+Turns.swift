/// Whose turn it is.
extension CallGate {
    /// Work that must be repeated takes its share: so much of the time that is left is planned for.
    static let plannedShare = 0.6
    /// Places are told when a job begins to wait, then at most this often, and no oftener than 20 a second in all.
    static let reportInterval: Milliseconds = 20_000
    /// An unchanged place is told again, so that waiting is not taken for death.
    static let reportAgain: Milliseconds = 300_000

    mutating func enter(_ job: Job) {
        jobs[job.id] = job
        var queue = queues[job.owner] ?? []
        let place = queue.lastIndex { isBefore($0, job) }.map { $0 + 1 } ?? 0
        queue.insert(job.id, at: place)
        queues[job.owner] = queue
    }

    mutating func leave(_ job: Job) {
        admitted.remove(job.id)
        queues[job.owner]?.removeAll { $0 == job.id }
        if queues[job.owner]?.isEmpty == true {
            queues[job.owner] = nil
            turns[job.owner] = nil
        }
    }

    private func isBefore(_ id: JobID, _ job: Job) -> Bool {
        guard let other = jobs[id] else { return true }
        return (other.acceptedAt, other.number) < (job.acceptedAt, job.number)
    }

    /// The oldest job that wants the lane, of the owner who waited longest; nil if those who want it must wait until
    /// others are done.
    ///
    /// A job that may not begin yet holds back nobody who has begun, and is not passed by others who have not.
    func nextJob(_ lane: CallLane, now: Milliseconds) -> JobID? {
        var (running, waiting): (Candidate?, Candidate?)
        for (owner, queue) in queues {
            let turn = turns[owner] ?? 0
            let wanting = queue.lazy.compactMap { jobs[$0] }.filter { ($0.demand.now[lane] ?? 0) > 0 }
            guard let first = wanting.first else { continue }
            if first.isAdmitted {
                running = earlier(running, Candidate(turn: turn, job: first))
            } else {
                waiting = earlier(waiting, Candidate(turn: turn, job: first))
                if let other = wanting.first(where: \.isAdmitted) {
                    running = earlier(running, Candidate(turn: turn, job: other))
                }
            }
        }
        if let waiting, running.map({ waiting.rank < $0.rank }) ?? true, canFinish(with: waiting.job, lane, now: now) {
            return waiting.job.id
        }
        return running?.job.id
    }

    private struct Candidate {
        let turn: UInt64
        let job: Job

        var rank: (UInt64, Milliseconds, UInt64) { (turn, job.acceptedAt, job.number) }
    }

    private func earlier(_ one: Candidate?, _ other: Candidate) -> Candidate {
        if let one, one.rank < other.rank { one } else { other }
    }

    mutating func admit(_ id: JobID, now: Milliseconds) {
        guard let owner = jobs[id]?.owner else { return }
        lastTurn += 1
        turns[owner] = lastTurn
        guard let job = jobs[id], !job.isAdmitted else { return }
        jobs[id]?.isAdmitted = true
        jobs[id]?.deadline = now + job.demand.timeLeft
        admitted.insert(id)
    }

    /// Whether everything that runs in the lane, and this job too, can be done before the first of their deadlines.
    private func canFinish(with job: Job, _ lane: CallLane, now: Milliseconds) -> Bool {
        guard let throughput = throughput(lane) else { return true }
        var (calls, timeLeft, isAlone) = (job.demand.callsLeft[lane] ?? 0, job.demand.timeLeft, true)
        for other in admitted.lazy.compactMap({ jobs[$0] }) {
            guard let others = other.demand.callsLeft[lane] else { continue }
            calls += others
            timeLeft = min(timeLeft, other.deadline - now)
            isAlone = false
        }
        return isAlone || Double(calls) <= throughput * Double(max(0, timeLeft)) * CallGate.plannedShare
    }

    // MARK: Places

    private func isWaiting(_ job: Job) -> Bool { !job.isAdmitted && !job.demand.now.isEmpty }

    mutating func reportNewcomer(_ id: JobID, now: Milliseconds) {
        guard let job = jobs[id], isWaiting(job) else { return }
        if job.told == nil { tell(id, ahead: ahead(of: job), now: now) }
        if nextReport == nil { nextReport = now + CallGate.reportInterval }
    }

    /// Its place in ``line()``, without making one.
    private func ahead(of job: Job) -> Int {
        let own = (queues[job.owner] ?? []).prefix { $0 != job.id }.count { jobs[$0].map(isWaiting) ?? false }
        var ahead = own
        for (owner, queue) in queues where owner != job.owner {
            for (rank, other) in queue.lazy.compactMap({ jobs[$0] }).filter(isWaiting).enumerated() {
                guard (rank, other.acceptedAt, other.number) < (own, job.acceptedAt, job.number) else { break }
                ahead += 1
            }
        }
        return ahead
    }

    /// Those who wait, in the order in which the turn would come to them if it went round the owners.
    private func line() -> [Job] {
        var ranked: [(rank: Int, job: Job)] = []
        for queue in queues.values {
            let waiting = queue.compactMap { jobs[$0] }.filter(isWaiting)
            ranked += waiting.enumerated().map { ($0.offset, $0.element) }
        }
        ranked.sort { ($0.rank, $0.job.acceptedAt, $0.job.number) < ($1.rank, $1.job.acceptedAt, $1.job.number) }
        return ranked.map(\.job)
    }

    mutating func reportPlaces(now: Milliseconds) {
        guard let due = nextReport, due <= now else { return }
        let line = line()
        for (ahead, job) in line.enumerated() {
            let age = job.told.map { now - $0.at } ?? .max
            let isNews = job.told?.ahead != ahead && age >= CallGate.reportInterval
            if isNews || age >= CallGate.reportAgain { tell(job.id, ahead: ahead, now: now) }
        }
        let pause = max(CallGate.reportInterval, Milliseconds(line.count) * 50)
        nextReport = line.isEmpty ? nil : now + pause
    }

    private mutating func tell(_ id: JobID, ahead: Int, now: Milliseconds) {
        jobs[id]?.told = QueuePlace(ahead: ahead, at: now)
        actions.append(.place(id, ahead: ahead))
    }
}
