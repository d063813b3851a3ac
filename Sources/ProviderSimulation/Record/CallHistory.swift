/// The last ``bound`` records and the sums over all calls; a value, so that the log is only this and a lock.
struct CallHistory {
    static let bound = 10_000

    private(set) var sums = CallSums()
    private var nextNumber = 1
    /// A ring: the call with number n stands at (n - base) % bound.
    private var ring: [CallRecord] = []
    private var base = 1

    /// Takes the next number and counts the call as in progress.
    mutating func begin(_ make: (Int) -> CallRecord) -> Int {
        let number = nextNumber
        nextNumber += 1
        let record = make(number)
        if ring.count < Self.bound {
            ring.append(record)
        } else {
            ring[(number - base) % Self.bound] = record
            sums.recordsDropped += 1
        }
        sums.byForm[record.form, default: FormSums()].calls += 1
        sums.total += 1
        sums.inProgress += 1
        sums.peakInProgress = max(sums.peakInProgress, sums.inProgress)
        return number
    }

    /// Changes a record that is still kept.
    mutating func update(_ number: Int, _ change: (inout CallRecord) -> Void) {
        guard number >= base else { return }
        let index = (number - base) % Self.bound
        guard index < ring.count, ring[index].number == number else { return }
        change(&ring[index])
    }

    mutating func end(_ number: Int, _ outcome: CallRecord.Outcome, at endedMs: Double) {
        update(number) { record in
            record.outcome = outcome
            record.endedMs = endedMs
        }
        sums.inProgress -= 1
        switch outcome {
        case .answered: sums.answered += 1
        case .refused: sums.refused += 1
        case .abortedByPeer: sums.aborted += 1
        case .closedByScript, .closedByServer: sums.closed += 1
        case .inProgress: assertionFailure("a call cannot end by going on")
        }
    }

    mutating func holds(_ change: Int) { sums.held += change }

    mutating func bill(_ number: Int, form: String) {
        update(number) { $0.isBillable = true }
        sums.byForm[form, default: FormSums()].billable += 1
    }

    mutating func count(_ change: (inout CallSums) -> Void) { change(&sums) }

    /// Forgets all records and sums; calls and predictions in progress stay counted as such.
    mutating func reset() {
        ring = []
        base = nextNumber
        let before = sums
        sums = CallSums()
        sums.inProgress = before.inProgress
        sums.peakInProgress = before.inProgress
        sums.held = before.held
        sums.predictionsInProgress = before.predictionsInProgress
    }

    /// Records in order of arrival, numbers above `after`, at most `limit`.
    func records(after: Int, limit: Int) -> [CallRecord] {
        let oldest = max(base, nextNumber - ring.count)
        let first = max(oldest, after == .max ? after : after + 1)
        guard first < nextNumber else { return [] }
        let end = min(nextNumber, limit > nextNumber - first ? nextNumber : first + limit)
        return (first..<end).map { ring[($0 - base) % Self.bound] }
    }
}
