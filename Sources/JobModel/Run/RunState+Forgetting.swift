/// Emptying what needs no more work, and cancels of what is not here.
extension RunState {
    /// Says until when a run at rest is kept whole, and empties it when that time has come.
    mutating func forgetInTime(now: Milliseconds) {
        guard isOver else {
            record.keptUntil = nil
            return
        }
        let length = isDeadLetter ? policy.deadLetterKept : policy.restKept
        guard let until = bounded(length, now: now) else { return }
        guard until <= now else { return }
        effects.mustSave = true
        record = record.emptied(now: now, keptUntil: now + policy.memoryKept)
    }

    /// A forgotten run is told to nobody and wants nothing.
    mutating func stayForgotten(now: Milliseconds) {
        _ = bounded(policy.memoryKept, now: now)
        giveBackUnused()
    }

    /// The time up to which the record is kept as it is, from now on or as it stands there. One that a clock wrote that
    /// was wrong is set right.
    private mutating func bounded(_ length: Milliseconds, now: Milliseconds) -> Milliseconds? {
        if let until = record.keptUntil, until <= now + length { return until }
        record.keptUntil = now + length
        effects.mustSave = true
        return nil
    }

    private var isDeadLetter: Bool { if case .deadLetter = record.delivery.end { true } else { false } }

    /// Ends the run if the cancel is of its epoch or a later one, and remembers a cancel that came before its trigger.
    mutating func cancel(_ request: RunCancel) {
        if isNew {
            isNew = false
            effects.mustSave = true
        }
        let through = request.epoch ?? record.epoch
        if through > max(record.epoch, record.cancelThrough ?? 0) {
            effects.mustSave = true
            record.cancelThrough = through
        }
        if through >= record.epoch { cancel() }
    }

    /// Up to which epoch a run that takes this one's place has been canceled already; nil: it has not.
    func cancelThrough(epoch: Int) -> Int? {
        // A cancel without an epoch meant whichever comes first.
        if record.isGhost, record.cancelThrough == nil { return epoch }
        return record.cancelThrough.flatMap { $0 >= epoch ? $0 : nil }
    }
}
