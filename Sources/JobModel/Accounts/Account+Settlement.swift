/// What a job has come to so far, asset by asset, over all its epochs.
public struct JobSettlement: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        public var asset: AssetID
        public var total: Amount
        public var cause: LedgerLine.Cause

        public init(asset: AssetID, total: Amount, cause: LedgerLine.Cause) {
            self.asset = asset
            self.total = total
            self.cause = cause
        }
    }

    public var jobID: JobID
    /// The epoch that has ended.
    public var epoch: Int
    public var items: [Item]

    public init(jobID: JobID, epoch: Int, items: [Item]) {
        self.jobID = jobID
        self.epoch = epoch
        self.items = items
    }

    public var total: Amount { items.reduce(.zero) { $0 + $1.total } }
}

extension Account {
    /// Counts the difference between what the job has come to and what its lines hold, and gives back what was set aside
    /// for its present epoch. All lines of the job are known: those that stood in the ledger after the record was read,
    /// and those that the record itself holds until they do.
    mutating func settle(_ settlement: JobSettlement, standing: [LedgerLine]) -> AccountAnswer {
        var known: [AssetID: [Int: Amount]] = [:]
        for line in standing + record.pending where line.jobID == settlement.jobID {
            known[line.asset, default: [:]][line.number] = line.amount
        }
        var lines: [LedgerLine] = []
        // What stands in the month falls below zero at no line.
        var spent = record.spent
        for item in settlement.items {
            guard let line = line(for: item, of: settlement, known: known[item.asset] ?? [:], spent: spent) else {
                continue
            }
            spent = spent + line.amount
            lines.append(line)
        }
        guard record.pending.isEmpty || record.pending.count + lines.count <= AccountRecord.pendingAtMost else {
            return .crowded
        }
        let counted = spent - record.spent
        record.spent = spent
        record.pending += lines
        giveBack(settlement, counted: counted)
        return .done
    }

    /// Nil where nothing is to be added.
    private func line(
        for item: JobSettlement.Item, of settlement: JobSettlement, known: [Int: Amount], spent: Amount
    ) -> LedgerLine? {
        let difference = item.total - known.values.reduce(.zero, +)
        // From a month that has not seen it nothing can be taken back.
        let amount = Amount.larger(difference, .zero - spent)
        guard amount != .zero else { return nil }
        return LedgerLine(
            owner: record.owner, month: record.month, jobID: settlement.jobID, asset: item.asset,
            number: (known.keys.max() ?? 0) + 1, micros: amount.micros, possibleMicros: amount.possibleMicros,
            images: amount.images, at: now, cause: item.cause)
    }

    /// A word of an earlier epoch, come late, leaves the rest set aside for the present one.
    private mutating func giveBack(_ settlement: JobSettlement, counted: Amount) {
        guard var reservation = record.reservation(of: settlement.jobID) else { return }
        if settlement.epoch >= reservation.epoch {
            record.reservations[settlement.jobID.text] = nil
        } else {
            reservation.micros = max(0, reservation.micros - max(0, counted.countedMicros))
            reservation.images = max(0, reservation.images - max(0, counted.images))
            record.reservations[settlement.jobID.text] = reservation
        }
    }
}
