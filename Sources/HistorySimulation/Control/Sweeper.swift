import JobModel

/// When a process looks over all headers: at its start, on news from other processes, and every minute. Minutes in which
/// nothing is due are left out: a look would find nothing.
struct Sweeper {
    var isLookPlanned = false
    var lastLook: Milliseconds = 0
    /// The look that is planned for a full minute; only the last plan is kept to.
    private var planned: Milliseconds?
    private var plan = 0

    static let lookPause: Milliseconds = 250
    static let interval: Milliseconds = 60_000

    /// The wait until the first full minute at which `due` has passed, and the plan's number; nil if an earlier look is
    /// planned.
    mutating func mustLook(due: Milliseconds, now: Milliseconds) -> (wait: Milliseconds, plan: Int)? {
        let wait = (max(1, due - now) + Self.interval - 1) / Self.interval * Self.interval
        if let planned, planned <= now + wait { return nil }
        planned = now + wait
        plan += 1
        return (wait, plan)
    }

    mutating func looks(_ plan: Int) -> Bool {
        guard plan == self.plan else { return false }
        planned = nil
        return true
    }
}

extension ControlProcess {
    /// Something was committed to the store.
    func hearNews() {
        guard role == .serve, !sweeper.isLookPlanned else { return }
        sweeper.isLookPlanned = true
        let pause = max(0, sweeper.lastLook + Sweeper.lookPause - now)
        after(pause, .sweep) { [unowned self] in
            sweeper.isLookPlanned = false
            sweeper.lastLook = now
            look(isNews: true)
        }
    }

    /// On news only for what waits for a trigger; every minute for all that is due until the next.
    func look(isNews: Bool = false) {
        var next: Milliseconds?
        for key in world.control.keys {
            guard let entry = world.control.entries[key], let due = entry.record.sweepDue else { continue }
            if entry.record.isForgotten {
                if due <= now { purge(key, entry.revision) } else { next = min(next ?? due, due) }
            } else if entry.record.status == .pending {
                records.schedule(key, due: min(due, now + world.profile.fence))
                next = min(next ?? due, due)
            } else {
                if !isNews, due <= now + Sweeper.interval { records.schedule(key, due: due) }
                next = min(next ?? due, due - Sweeper.interval)
            }
        }
        guard let next, let planned = sweeper.mustLook(due: next, now: now) else { return }
        after(planned.wait, .sweep) { [unowned self] in
            if sweeper.looks(planned.plan) { look() }
        }
    }

    private func purge(_ key: CaseID, _ revision: UInt64) {
        world.count(.purged)
        world.control.purge(key, expecting: revision)
    }
}

extension WorkerProcess {
    /// Empties what needs no more work when its time has come, and lets go of what was emptied long ago.
    func sweep() {
        var next: Milliseconds?
        for key in store.keys {
            guard let entry = store.entries[key], entry.record.isAtRest else { continue }
            guard let due = entry.record.sweepDue else {
                records.send(.tick, to: key)
                continue
            }
            if due > now, due <= now + RunPolicy().longest {
                next = min(next ?? due, due)
            } else if entry.record.isForgotten, due <= now {
                world.count(.purged)
                store.purge(key, expecting: entry.revision)
            } else {
                records.send(.tick, to: key)
            }
        }
        planSweep(due: next)
    }

    func planSweep(due: Milliseconds?) {
        guard let due, let planned = sweeper.mustLook(due: due, now: now) else { return }
        after(planned.wait, .sweep) { [unowned self] in
            if sweeper.looks(planned.plan) { sweep() }
        }
    }
}

extension RunPolicy {
    fileprivate var longest: Milliseconds { max(restKept, deadLetterKept, memoryKept) }
}
