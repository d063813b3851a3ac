/// Who waits is told how many come before.
extension CallGate {
    /// Places are told when a job begins to wait, then at most this often.
    static let reportInterval: Milliseconds = 20_000
    /// Of all that wait, so many in one round: 20 a second. Who is nearer to the front goes first.
    static let reportsAtOnce = 400

    /// One that begins to wait is told at once.
    mutating func reportNewcomer(_ id: JobID, now: Milliseconds) {
        guard let job = jobs[id], job.isWaiting else { return }
        if job.told == nil { tell(id, ahead: ahead(of: job), now: now) }
        if nextReport == nil { nextReport = now + CallGate.reportInterval }
    }

    /// Its place in ``line()``, without making one: of each other owner as many come before it as have come to it by
    /// then.
    private func ahead(of job: Job) -> Int {
        guard let own = books.owners[job.owner]?.waiting.count(before: job.rank) else { return 0 }
        var ahead = own
        for (owner, book) in books.owners where owner != job.owner {
            let line = book.waiting
            ahead += min(own, line.count)
            if own < line.count, line.ranks[own] < job.rank { ahead += 1 }
        }
        return ahead
    }

    /// Those who wait, in the order in which the turn would come to them if it went round the owners.
    private func line() -> [JobID] {
        var ranked: [(round: Int, rank: JobLine.Rank, id: JobID)] = []
        for book in books.owners.values {
            let line = book.waiting
            for round in 0..<line.count { ranked.append((round, line.ranks[round], line.jobs[round])) }
        }
        if books.owners.count > 1 { ranked.sort { ($0.round, $0.rank) < ($1.round, $1.rank) } }
        return ranked.map(\.id)
    }

    mutating func reportPlaces(now: Milliseconds) {
        guard let due = nextReport, due <= now else { return }
        let line = line()
        var left = CallGate.reportsAtOnce
        for (ahead, id) in line.enumerated() where left > 0 {
            guard let told = jobs[id]?.told, now - told.at < CallGate.reportInterval || !told.isNews(ahead: ahead)
            else {
                tell(id, ahead: ahead, now: now)
                left -= 1
                continue
            }
        }
        nextReport = line.isEmpty ? nil : now + CallGate.reportInterval
    }

    private mutating func tell(_ id: JobID, ahead: Int, now: Milliseconds) {
        // Nothing that the books are kept by.
        jobs[id]?.told = QueuePlace(ahead: ahead, at: now)
        actions.append(.place(id, ahead: ahead))
    }
}

extension QueuePlace {
    /// Places so near to the front are told exactly.
    static let near = 5

    /// Whether it is worth telling that so many come before: one of thousands learns little when one of them has gone.
    func isNews(ahead now: Int) -> Bool {
        guard now != ahead else { return false }
        return now < QueuePlace.near || now <= ahead / 2 || now >= 2 * ahead
    }
}
