/// What is asked of an account.
public enum AccountStep: Hashable, Sendable {
    /// Sets aside what a job may come to, if the plan allows it.
    case reserve(ReservationRequest)
    /// Gives back what a submission had set aside for a job that it did not create. Does nothing where another
    /// submission of the same job relies on it by now.
    case release(JobID, holder: UInt64)
    /// Gives back what is set aside for a job that is known not to exist, if it was set aside no later than `before`.
    case abandon(JobID, before: Milliseconds)
    /// Counts what a job has cost.
    /// - Parameter standing: the lines of the job that stood in the ledger after the record was read.
    case settle(JobSettlement, standing: [LedgerLine])
    /// These lines stand in the ledger.
    case written(Set<LedgerLine.Name>)
    case setPlan(String?)
}

/// How a step ended.
public enum AccountAnswer: Hashable, Sendable {
    case done
    /// Nil where the owner's plan limits nothing for such a job.
    case reserved(Reservation?)
    case refused(AccountRefusal)
    /// Somebody else is about to do the same.
    case busy
    /// Too many lines wait to be written; ask again when they are.
    case crowded
}

/// A job that would be created, or go on, and what it may come to.
public struct ReservationRequest: Hashable, Sendable {
    public var jobID: JobID
    public var caseID: CaseID
    public var family: JobFamily
    public var epoch: Int
    public var images: Int
    /// The most that it may cost.
    public var cost: CostBound
    /// A random number of the submission's own.
    public var holder: UInt64
    /// Whether it is `busy` where another submission has set the same aside a moment ago. Otherwise both go on, and
    /// whoever comes last answers for it: that is for requests which all make the same job.
    public var isExclusive: Bool

    public init(
        jobID: JobID, caseID: CaseID, family: JobFamily, epoch: Int = 1, images: Int, cost: CostBound, holder: UInt64,
        isExclusive: Bool = false
    ) {
        self.jobID = jobID
        self.caseID = caseID
        self.family = family
        self.epoch = epoch
        self.images = images
        self.cost = cost
        self.holder = holder
        self.isExclusive = isExclusive
    }
}

/// What a job's calls can cost at the most.
public enum CostBound: Hashable, Sendable {
    /// In millionths of the currency unit.
    case micros(Int64)
    /// There is no price for this; a budget cannot be held with it.
    case unknown(provider: String, model: String?)
}

/// The account of one owner as a pure machine: a step goes in with the plan and the time, the record changes.
///
/// Whoever drives it writes the changed record by compare-and-swap, and after a conflict does the same steps once more on
/// what stands there then. A step that was done already changes nothing.
public struct Account: Hashable, Sendable {
    public internal(set) var record: AccountRecord
    let plan: Plan
    let now: Milliseconds

    public init(_ record: AccountRecord, plans: PlanBook, now: Milliseconds) {
        self.record = record
        self.now = now
        plan = plans.plan(record.plan, of: record.owner)
        turnMonth()
    }

    public mutating func apply(_ step: AccountStep) -> AccountAnswer {
        let before = record
        let answer = perform(step)
        if record != before { record.updatedAt = max(now, record.updatedAt) }
        return answer
    }

    private mutating func perform(_ step: AccountStep) -> AccountAnswer {
        switch step {
        case .reserve(let request): return reserve(request)
        case .release(let job, let holder):
            if record.reservation(of: job)?.holder == holder { record.reservations[job.text] = nil }
            return .done
        case .abandon(let job, let limit):
            if let reservation = record.reservation(of: job), reservation.at <= limit {
                record.reservations[job.text] = nil
            }
            return .done
        case .settle(let settlement, let standing): return settle(settlement, standing: standing)
        case .written(let names):
            record.pending.removeAll { names.contains($0.name) }
            return .done
        case .setPlan(let name):
            record.plan = name
            return .done
        }
    }

    /// What was spent in a month that is over is put away. Reservations stay: what they come to is counted in the month
    /// in which it becomes known. A clock that was set back turns nothing back.
    private mutating func turnMonth() {
        let present = Month(of: now)
        guard present > record.month else { return }
        if record.spent != .zero { record.past.append(PastMonth(month: record.month, spent: record.spent)) }
        record.past.removeFirst(max(0, record.past.count - AccountRecord.monthsKept))
        record.month = present
        record.spent = .zero
    }
}
