/// Holding the calls of a run within what they may cost.
extension RunState {
    /// What may still be spent. Costs that are known or feared are gone, and calls in flight count at their price.
    var moneyLeft: Int64 {
        guard let limit = record.limits.costLimit else { return .max }
        return limit - record.assets.reduce(0) { $0 + $1.cost.micros + $1.cost.possibleMicros } - moneyInFlight
    }

    /// A question after an earlier call orders nothing.
    private var moneyInFlight: Int64 {
        record.assets.indices.reduce(0) { sum, index in
            let asset = record.assets[index]
            return asset.state == .generating && !asset.isAsking ? sum + (price(of: index) ?? 0) : sum
        }
    }

    /// What a call of the asset takes of the money that is left; nil if that is not enough, or nobody knows.
    func share(of index: Int, in money: Int64) -> Int64? {
        guard record.limits.costLimit != nil else { return 0 }
        guard let price = price(of: index), price <= money else { return nil }
        return price
    }

    /// What waits for a call that could not be paid even if those in flight came free waits for nothing.
    mutating func endBeyondMoney() {
        guard let limit = record.limits.costLimit, !record.isFinished else { return }
        let most = moneyLeft + moneyInFlight
        for index in record.assets.indices where record.assets[index].openCall == nil {
            switch record.assets[index].state {
            case .queued, .retrying:
                guard share(of: index, in: most) == nil else { continue }
                let message =
                    price(of: index) == nil
                    ? "the job has a budget, and no price is known for \(lane(of: index).model)"
                    : "the job's budget of \(limit) micro-units is spent"
                end(index, because: MediaError(.quotaExhausted, message, phase: .beforeSend))
            default: break
            }
        }
    }
}
