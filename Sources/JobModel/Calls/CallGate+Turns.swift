/// Whose turn it is.
extension CallGate {
    /// Work that must be repeated takes its share: so much of the time that is left is planned for.
    static let plannedShare = 0.6

    /// The oldest job that wants the lane, of the owner who waited longest; nil if those who want it must wait until
    /// others are done.
    ///
    /// A job that may not begin yet holds back nobody who has begun, and is not passed by others who have not.
    func nextJob(_ lane: CallLane, now: Milliseconds) -> JobID? {
        var (running, waiting): (Candidate?, Candidate?)
        for (owner, appetite) in books.appetites[lane] ?? [:] {
            let turn = turns[owner] ?? 0
            let begun = Candidate(turn, appetite.begun)
            if let begun { running = earlier(running, begun) }
            if let fresh = Candidate(turn, appetite.fresh), begun.map({ fresh.rank < $0.rank }) ?? true {
                waiting = earlier(waiting, fresh)
            }
        }
        if let waiting, running.map({ waiting < $0 }) ?? true, canFinish(with: waiting.job, lane, now: now) {
            return waiting.job
        }
        return running?.job
    }

    private struct Candidate: Comparable {
        let turn: UInt64
        let rank: JobLine.Rank
        let job: JobID

        init?(_ turn: UInt64, _ line: JobLine) {
            guard let rank = line.ranks.first, let job = line.jobs.first else { return nil }
            (self.turn, self.rank, self.job) = (turn, rank, job)
        }

        static func < (one: Candidate, other: Candidate) -> Bool { (one.turn, one.rank) < (other.turn, other.rank) }
    }

    private func earlier(_ one: Candidate?, _ other: Candidate) -> Candidate {
        if let one, one < other { one } else { other }
    }

    mutating func admit(_ id: JobID, now: Milliseconds) {
        guard let job = jobs[id] else { return }
        lastTurn += 1
        turns[job.owner] = lastTurn
        guard !job.isAdmitted else { return }
        change(id) { job in
            job.isAdmitted = true
            job.deadline = now + job.demand.timeLeft
        }
    }

    /// Whether everything that runs in the lane, and this job too, can be done before the first of their deadlines.
    private func canFinish(with id: JobID, _ lane: CallLane, now: Milliseconds) -> Bool {
        guard let throughput = throughput(lane), let promise = books.promises[lane],
            let first = promise.jobs.ranks.first, let job = jobs[id]
        else { return true }
        let calls = promise.calls + (job.demand.callsLeft[lane] ?? 0)
        let timeLeft = max(0, min(job.demand.timeLeft, first.at - now))
        return Double(calls) <= throughput * Double(timeLeft) * CallGate.plannedShare
    }
}
