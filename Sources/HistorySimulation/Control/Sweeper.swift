import JobModel

/// When a process looks over all headers: at its start, on news from other processes, and every minute. Minutes in which
/// nothing is due are left out: a look would find nothing.
struct Sweeper {
    var isLookPlanned = false
    var lastLook: Milliseconds = 0
    /// Counts plans for the next minute; only the last one is kept to.
    var plan = 0

    static let lookPause: Milliseconds = 250
    static let interval: Milliseconds = 60_000

    /// The first full minute after `now` at which something is due.
    static func next(due: Milliseconds, now: Milliseconds) -> Milliseconds {
        let wait = max(1, due - now)
        return (wait + interval - 1) / interval * interval
    }
}

extension ControlProcess {
    /// Something was committed to the store.
    func hearNews() {
        guard hasClient, role == .serve, !sweeper.isLookPlanned else { return }
        sweeper.isLookPlanned = true
        let pause = max(0, sweeper.lastLook + Sweeper.lookPause - now)
        after(pause, .sweep) { [unowned self] in
            sweeper.isLookPlanned = false
            sweeper.lastLook = now
            look()
        }
    }

    func look() {
        sweeper.plan += 1
        let plan = sweeper.plan
        var next: Milliseconds?
        for key in world.control.keys {
            guard let due = world.control.entries[key]?.record.sweepDue else { continue }
            records.schedule(key, due: min(due, now + HandOut.fence))
            next = min(next ?? due, due)
        }
        guard let next else { return }
        after(Sweeper.next(due: next, now: now), .sweep) { [unowned self] in
            if plan == sweeper.plan { look() }
        }
    }
}
