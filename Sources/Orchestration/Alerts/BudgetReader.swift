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

    private static let accountsAtMost = 100_000

    init(store: any KeyValueStore, plans: PlanBook, clock: any EngineClock, logger: Logger) {
        self.plans = plans
        self.clock = clock
        accounts = RecordLines(
            store: store, prefixes: [Keys.account(.local), StoreKey("owner")], recordsAtMost: Self.accountsAtMost,
            logger: logger,
            isWanted: { $0.header.kind == RecordKind.account.rawValue && !$0.isTombstone },
            make: { stored throws(StoreError) in
                let account = try RecordCoding.decode(AccountRecord.self, from: stored)
                return Line(
                    owner: account.owner, plan: account.plan, month: account.month,
                    spent: account.spent.countedMicros)
            })
    }

    /// All that hold now. The operator's own account has a budget if it was given a plan with one.
    func alerts(_ rules: AlertRules) async throws -> [Alert] {
        let now = clock.now()
        return try await accounts.current().lines.flatMap { line in
            let budget = plans.plan(line.plan, of: line.owner).budgetMicrosPerMonth
            return rules.budget(of: line.owner, spent: line.spent, in: line.month, budget: budget, now: now)
        }
    }
}
