import JobModel
import Logging

/// What the owners have spent of their budgets.
struct BudgetReader: Sendable {
    private struct Line: Sendable {
        let owner: OwnerID
        let plan: String?
        let month: Month
        /// With what may have been billed.
        let spent: Int64
    }

    private let plans: PlanBook
    private let clock: any EngineClock
    private let accounts: RecordLines<Line>

    static let accountsAtMost = 100_000

    /// - Parameter accountsAtMost: of more, those are looked at that have spent most.
    init(
        store: any KeyValueStore, plans: PlanBook, clock: any EngineClock, accountsAtMost: Int = accountsAtMost,
        logger: Logger
    ) {
        self.plans = plans
        self.clock = clock
        accounts = RecordLines(
            store: store, logger: logger,
            source: RecordLines.Source(
                prefixes: [Keys.account(.local), StoreKey("owner")], recordsAtMost: accountsAtMost,
                isWanted: { $0.header.kind == RecordKind.account.rawValue && !$0.isTombstone },
                // Who has spent nothing this month is near no budget.
                rank: { $0.month == Month(of: clock.now()) ? $0.spent : 0 },
                make: { stored throws(StoreError) in
                    let account = try RecordCoding.decode(AccountRecord.self, from: stored)
                    return Line(
                        owner: account.owner, plan: account.plan, month: account.month,
                        spent: account.spent.countedMicros)
                }))
    }

    /// All that hold now, and whether every account was looked at that has spent anything. The operator's own account has
    /// a budget if it was given a plan with one.
    func alerts(_ rules: AlertRules) async throws -> (alerts: [Alert], isWhole: Bool) {
        try await accounts.read { [plans, clock] book in
            let now = clock.now()
            let alerts = book.lines.flatMap { line in
                let budget = plans.plan(line.plan, of: line.owner).budgetMicrosPerMonth
                return rules.budget(of: line.owner, spent: line.spent, in: line.month, budget: budget, now: now)
            }
            return (alerts, (book.leftOut ?? 0) <= 0)
        }
    }
}
