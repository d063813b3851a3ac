import JobModel

/// Whether an account's balance is what its ledger adds up to.
struct AccountCheck {
    let store: any KeyValueStore

    private static let triesAtMost = 5

    /// What is wrong with the account, each in a sentence. An account that others change all the while is left out.
    func problems(of owner: OwnerID) async throws(StoreError) -> [String] {
        for _ in 0..<Self.triesAtMost {
            guard let stored = try store.get(Keys.account(owner)), !stored.isTombstone else { return [] }
            let record = try RecordCoding.decode(AccountRecord.self, from: stored)
            let sums = try await sums(of: record)
            guard try store.get(Keys.account(owner))?.revision == stored.revision else { continue }
            return problems(of: record, sums)
        }
        return []
    }

    /// By month, of the lines in the ledger and those that the account holds until they are there.
    private func sums(of record: AccountRecord) async throws(StoreError) -> [Month: Amount] {
        var sums: [Month: Amount] = [:]
        var pending = Dictionary(record.pending.map { ($0.name, $0.amount) }, uniquingKeysWith: { first, _ in first })
        try await Ledger(store: store).forEachLine(below: Keys.ledger(record.owner)) { line throws(StoreError) in
            pending[line.name] = nil
            sums[line.month, default: .zero] = sums[line.month, default: .zero] + line.amount
        }
        for (name, amount) in pending { sums[name.month, default: .zero] = sums[name.month, default: .zero] + amount }
        return sums
    }

    private func problems(of record: AccountRecord, _ sums: [Month: Amount]) -> [String] {
        var balances = Dictionary(record.past.map { ($0.month, $0.spent) }, uniquingKeysWith: +)
        balances[record.month] = record.spent
        var problems: [String] = []
        for (month, balance) in balances.sorted(by: { $0.key < $1.key }) {
            let sum = sums[month] ?? .zero
            if sum != balance {
                problems.append(
                    "says \(Self.words(balance)) for \(month), and its ledger adds up to \(Self.words(sum))")
            }
            if balance.micros < 0 || balance.possibleMicros < 0 || balance.images < 0 {
                problems.append("is below zero for \(month): \(Self.words(balance))")
            }
        }
        if record.reservations.values.contains(where: { $0.micros < 0 || $0.images < 0 }) {
            problems.append("has set less than nothing aside")
        }
        return problems
    }

    private static func words(_ amount: Amount) -> String {
        "\(amount.micros) micro-units, \(amount.possibleMicros) possibly, \(amount.images) images"
    }
}
