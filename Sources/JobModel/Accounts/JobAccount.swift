/// What a job was allowed before it began, or went on.
public struct JobAllowance: Hashable, Sendable {
    /// What its calls may cost, in millionths of the currency unit; nil where its owner has no budget.
    public var micros: Int64?

    public init(micros: Int64?) { self.micros = micros }

    public init(_ reservation: Reservation) { micros = reservation.allowedMicros }
}

/// What a job has to do with its owner's account.
public struct JobAccount: Hashable, Sendable, Codable {
    /// Something is set aside for it that was not given back yet.
    public var isReserved: Bool
    /// Whether its images count, also where they cost nothing.
    public var countsImages: Bool
    /// What all its epochs together may cost; nil where the owner has no budget.
    public var maxCostMicros: Int64?
    /// What its ledger lines were last brought to.
    public var settled: Amount

    public init(
        isReserved: Bool = false, countsImages: Bool = false, maxCostMicros: Int64? = nil, settled: Amount = .zero
    ) {
        self.isReserved = isReserved
        self.countsImages = countsImages
        self.maxCostMicros = maxCostMicros
        self.settled = settled
    }
}

extension JobRecord {
    /// What it has come to by now.
    public var settlement: JobSettlement {
        let items = assets.map { asset in
            let cost = asset.totalCost
            let isCounted = asset.status == .generated && (account?.countsImages == true || cost.micros > 0)
            return JobSettlement.Item(
                asset: asset.id,
                total: Amount(micros: cost.micros, possibleMicros: cost.possibleMicros, images: isCounted ? 1 : 0),
                cause: LedgerLine.Cause(
                    caseID: caseID, family: family, kind: asset.kind, epoch: handOut.epoch, attempts: asset.attempts,
                    provider: asset.source?.provider ?? asset.error?.provider, model: asset.source?.model))
        }
        return JobSettlement(jobID: jobID, epoch: handOut.epoch, items: items)
    }

    /// Whether the owner's account does not know yet what the job has come to.
    public var isSettlementOwed: Bool {
        guard isFinal, !isForgotten else { return false }
        return account?.isReserved == true || settlement.total != account?.settled ?? .zero
    }

    /// The account knows this much, of the epochs up to this one.
    mutating func noteSettled(_ total: Amount, epoch: Int) {
        var account = account ?? JobAccount()
        account.settled = total
        if epoch == handOut.epoch { account.isReserved = false }
        self.account = account
    }

    /// What the account allows the job and has set aside for its present epoch.
    mutating func take(_ allowance: JobAllowance) {
        let spent = assets.reduce(Int64(0)) { $0 + $1.totalCost.micros + $1.totalCost.possibleMicros }
        account = JobAccount(
            isReserved: true, countsImages: true, maxCostMicros: allowance.micros.map { $0 + spent },
            settled: account?.settled ?? .zero)
        limitCost()
    }

    /// The present epoch gets what is left of what all may cost.
    mutating func limitCost() {
        handOut.maxCostMicros = account?.maxCostMicros.map { most in
            max(0, most - assets.reduce(0) { $0 + $1.totalCost.micros + $1.totalCost.possibleMicros })
        }
    }
}
