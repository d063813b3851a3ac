/// Why an owner's job may not begin now.
public enum AccountRefusal: Hashable, Sendable {
    /// As many jobs as the plan allows are at work; at most ten of them are named.
    case tooManyInFlight(limit: Int, jobs: [JobID])
    /// The month's images would not be enough.
    case quotaExceeded(limit: Int, made: Int, reserved: Int, asked: Int)
    /// The month's budget would not be enough, in millionths of the currency unit.
    case budgetExceeded(limit: Int64, spent: Int64, reserved: Int64, asked: Int64)
    /// The owner has a budget, and there is no price to hold it by.
    case priceUnknown(provider: String, model: String?)
    /// More jobs are open than an account keeps in view.
    case tooManyOpen(limit: Int)

    /// Stable, for clients.
    public var code: String {
        switch self {
        case .tooManyInFlight: "too_many_in_flight"
        case .quotaExceeded: "quota_exceeded"
        case .budgetExceeded: "budget_exceeded"
        case .priceUnknown: "price_unknown"
        case .tooManyOpen: "too_many_open"
        }
    }

    /// In words for the person who asked.
    public var message: String {
        switch self {
        case .tooManyInFlight(let limit, let jobs):
            let names = jobs.map(\.text).joined(separator: ", ")
            return "\(limit == 1 ? "one job is" : "\(limit) jobs are") at work for this owner already: \(names)"
        case .quotaExceeded(let limit, let made, let reserved, let asked):
            return "\(asked) images more are over the \(limit) of this month: \(made) were made, "
                + "\(reserved) are promised to jobs at work"
        case .budgetExceeded(let limit, let spent, let reserved, let asked):
            return "up to \(asked) micro-units more are over the budget of \(limit) of this month: \(spent) were "
                + "spent, \(reserved) are set aside for jobs at work"
        case .priceUnknown(let provider, let model):
            return "this owner has a budget, and no price is known for \(provider)\(model.map { "/" + $0 } ?? "")"
        case .tooManyOpen(let limit): return "more than \(limit) jobs of this owner are open"
        }
    }
}

extension Account {
    mutating func reserve(_ request: ReservationRequest) -> AccountAnswer {
        guard plan.limits(request.family) else { return .reserved(nil) }
        if var standing = record.reservation(of: request.jobID), standing.epoch >= request.epoch {
            let isOther = standing.holder != request.holder
            if request.isExclusive, isOther, now - standing.at < Self.patience { return .busy }
            // Asked for once more: whoever asks now answers for it.
            standing.holder = request.holder
            standing.at = now
            record.reservations[request.jobID.text] = standing
            return .reserved(standing)
        }
        let allowed: Int64?
        switch price(request) {
        case .success(let micros): allowed = micros
        case .failure(let refusal): return .refused(refusal.reason)
        }
        let cost = allowed ?? 0
        if let refusal = refusal(of: request, cost: cost) { return .refused(refusal) }
        // Of an epoch that has ended and is not settled yet, what is set aside stays so.
        let rest = record.reservation(of: request.jobID)
        let reservation = Reservation(
            micros: cost + (rest?.micros ?? 0), allowedMicros: allowed, images: request.images + (rest?.images ?? 0),
            at: now, caseID: request.caseID, family: request.family, epoch: request.epoch,
            isInFlight: plan.inFlightLimit(of: request.family) != nil, holder: request.holder)
        record.reservations[request.jobID.text] = reservation
        return .reserved(reservation)
    }

    /// After this time a submission that set something aside and did nothing with it is taken for dead.
    static let patience: Milliseconds = 60_000

    private struct Refused: Error {
        let reason: AccountRefusal
    }

    /// What the job may cost; nil where no budget is to be held.
    private func price(_ request: ReservationRequest) -> Result<Int64?, Refused> {
        guard plan.budgetMicrosPerMonth != nil else { return .success(nil) }
        switch request.cost {
        case .micros(let micros): return .success(max(0, min(micros, AccountRecord.maximumMicros)))
        case .unknown(let provider, let model):
            return .failure(Refused(reason: .priceUnknown(provider: provider, model: model)))
        }
    }

    private func refusal(of request: ReservationRequest, cost: Int64) -> AccountRefusal? {
        let others = record.reservations.filter { $0.key != request.jobID.text }
        if let limit = plan.inFlightLimit(of: request.family) {
            let busy = others.filter(\.value.isInFlight)
            if busy.count >= limit {
                let names = busy.sorted { ($0.value.at, $0.key) < ($1.value.at, $1.key) }.prefix(10)
                return .tooManyInFlight(limit: limit, jobs: names.compactMap { try? JobID($0.key) })
            }
        }
        if others.count >= AccountRecord.maximumReservations {
            return .tooManyOpen(limit: AccountRecord.maximumReservations)
        }
        return overrun(request, cost: cost)
    }

    private func overrun(_ request: ReservationRequest, cost: Int64) -> AccountRefusal? {
        let reserved = record.reserved
        if let limit = plan.imagesPerMonth, record.spent.images + reserved.images + request.images > limit {
            return .quotaExceeded(
                limit: limit, made: record.spent.images, reserved: reserved.images, asked: request.images)
        }
        if let limit = plan.budgetMicrosPerMonth, record.spent.countedMicros + reserved.micros + cost > limit {
            return .budgetExceeded(
                limit: limit, spent: record.spent.countedMicros, reserved: reserved.micros, asked: cost)
        }
        return nil
    }
}
