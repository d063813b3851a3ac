/// Who wants what, in the orders in which it is looked for: what is asked at every call is never counted job by job.
struct CallBooks: Sendable {
    /// Of one owner.
    struct Owner: Sendable {
        /// Jobs of any kind.
        var jobs = 0
        /// Those that have not begun and could.
        var waiting = JobLine()
    }

    /// Of one owner in one lane: jobs with an asset that could start there at once.
    struct Appetite: Sendable {
        var begun = JobLine()
        var fresh = JobLine()

        var isEmpty: Bool { begun.isEmpty && fresh.isEmpty }

        mutating func insert(_ job: CallGate.Job) {
            if job.isAdmitted { begun.insert(job.id, at: job.rank) } else { fresh.insert(job.id, at: job.rank) }
        }

        mutating func remove(_ job: CallGate.Job) {
            if job.isAdmitted { begun.remove(job.rank) } else { fresh.remove(job.rank) }
        }
    }

    /// What the jobs that have begun still want of a lane.
    struct Promise: Sendable {
        var calls = 0
        /// By their deadlines.
        var jobs = JobLine()
    }

    private(set) var owners: [OwnerID: Owner] = [:]
    private(set) var appetites: [CallLane: [OwnerID: Appetite]] = [:]
    private(set) var promises: [CallLane: Promise] = [:]
    /// Jobs that would rather leave a provider than wait for it.
    private(set) var leaving: [String: JobLine] = [:]

    var isEmpty: Bool { owners.isEmpty && appetites.isEmpty && promises.isEmpty && leaving.isEmpty }

    /// - Parameters:
    ///   - before: as it stands in the books; nil for one that comes.
    ///   - after: nil for one that goes.
    mutating func replace(_ before: CallGate.Job?, by after: CallGate.Job?) {
        if before == nil, let after { owners[after.owner, default: Owner()].jobs += 1 }
        replaceWaiting(before, by: after)
        replaceAppetite(before, by: after)
        replacePromise(before, by: after)
        replaceLeaving(before, by: after)
        if after == nil, let before {
            owners[before.owner]?.jobs -= 1
            if owners[before.owner]?.jobs == 0 { owners[before.owner] = nil }
        }
    }

    private mutating func replaceWaiting(_ before: CallGate.Job?, by after: CallGate.Job?) {
        let (was, isNow) = (before?.isWaiting ?? false, after?.isWaiting ?? false)
        guard was != isNow else { return }
        if let before, was { owners[before.owner]?.waiting.remove(before.rank) }
        if let after, isNow { owners[after.owner]?.waiting.insert(after.id, at: after.rank) }
    }

    private mutating func replaceAppetite(_ before: CallGate.Job?, by after: CallGate.Job?) {
        let stays = before?.isAdmitted == after?.isAdmitted
        if let before {
            for lane in before.demand.now.keys where !stays || after?.demand.now[lane] == nil {
                appetites[lane]?[before.owner]?.remove(before)
                if appetites[lane]?[before.owner]?.isEmpty == true { appetites[lane]?[before.owner] = nil }
                if appetites[lane]?.isEmpty == true { appetites[lane] = nil }
            }
        }
        if let after {
            for lane in after.demand.now.keys where !stays || before?.demand.now[lane] == nil {
                appetites[lane, default: [:]][after.owner, default: Appetite()].insert(after)
            }
        }
    }

    private mutating func replacePromise(_ before: CallGate.Job?, by after: CallGate.Job?) {
        if let before, let after, before.isAdmitted == after.isAdmitted, before.deadline == after.deadline,
            before.demand.callsLeft == after.demand.callsLeft
        {
            return
        }
        if let before, before.isAdmitted {
            for (lane, calls) in before.demand.callsLeft {
                promises[lane]?.calls -= calls
                promises[lane]?.jobs.remove(before.dueRank)
                if promises[lane]?.jobs.isEmpty == true { promises[lane] = nil }
            }
        }
        if let after, after.isAdmitted {
            for (lane, calls) in after.demand.callsLeft {
                promises[lane, default: Promise()].calls += calls
                promises[lane]?.jobs.insert(after.id, at: after.dueRank)
            }
        }
    }

    private mutating func replaceLeaving(_ before: CallGate.Job?, by after: CallGate.Job?) {
        let (old, new) = (before?.demand.dispensable ?? [], after?.demand.dispensable ?? [])
        guard old != new else { return }
        if let before {
            for provider in old.subtracting(new) {
                leaving[provider]?.remove(before.numberRank)
                if leaving[provider]?.isEmpty == true { leaving[provider] = nil }
            }
        }
        if let after {
            for provider in new.subtracting(old) {
                leaving[provider, default: JobLine()].insert(after.id, at: after.numberRank)
            }
        }
    }
}
