@testable import JobModel

/// A random history of one owner's account: processes that read it, decide, write it by compare-and-swap and write its
/// lines, each of them a step of its own, so that others come between and any of them may die there.
struct AccountWalk {
    let seed: UInt64
    private var dice: SeededGenerator
    private var step = 0
    private var now: Milliseconds = 1_790_000_000_000

    // What is stored.
    private var record: AccountRecord
    private var revision = 0
    private var ledger: [LedgerLine.Name: LedgerLine] = [:]
    private let plans: PlanBook
    private let plan: Plan

    /// What really happens to a job, whatever is known of it.
    private struct Job {
        let id: JobID
        let images: Int
        /// Of all its epochs together.
        var cap: Int64
        var spent: [AssetID: Amount] = [:]
        var epoch = 1
        var isEnded = false
        var isKnown = false

        var total: Amount { spent.values.reduce(.zero, +) }
    }

    private var jobs: [Job] = []
    private var turns: [Turn] = []

    /// One pass of a process over the account.
    private struct Turn {
        var wanted: AccountStep
        var job: Int?
        var read: (record: AccountRecord, revision: Int)?
        var standing: [LedgerLine]?
        var unwritten: [LedgerLine] = []
        var isCommitted = false
    }

    init(seed: UInt64) throws {
        self.seed = seed
        dice = SeededGenerator(seed: seed)
        plan = Plan(
            maxInFlight: dice.pick([1, 2, 5]), imagesPerMonth: dice.pick([nil, 6, 20]),
            budgetMicrosPerMonth: dice.pick([300, 1_000, 2_500]), casesExempt: false)
        plans = try PlanBook(["walked": plan])
        record = AccountRecord(owner: try OwnerID("walker"), now: now)
        record.plan = "walked"
    }

    mutating func walk(steps: Int) throws {
        for number in 1...steps {
            step = number
            now += Milliseconds(dice.pick([0, 1, 1_000, 60_000]))
            if dice.chance(1) { now += 20 * 86_400_000 }
            try doSomething()
            try check()
        }
        try settleEverything()
    }

    private mutating func doSomething() throws {
        switch Int.random(in: 0..<100, using: &dice) {
        case 0..<15: try submit()
        case 15..<30: work()
        case 30..<38: try endOrGoOn()
        case 38..<42: if !turns.isEmpty { turns.remove(at: dice.pick(Array(turns.indices))) }
        default: try advance()
        }
    }

    private mutating func submit() throws {
        let number = jobs.count + 1
        let job = Job(
            id: try JobID("job-\(number)"), images: dice.pick([1, 2, 5]), cap: Int64(dice.pick([0, 90, 250])))
        jobs.append(job)
        let copies = dice.chance(20) ? 2 : 1
        for _ in 0..<copies { turns.append(Turn(wanted: .reserve(request(job)), job: number - 1)) }
    }

    private mutating func request(_ job: Job) -> ReservationRequest {
        ReservationRequest(
            jobID: job.id, caseID: CaseID(of: job.id), family: .case, epoch: job.epoch, images: job.images,
            cost: .micros(job.cap - job.total.countedMicros), holder: dice.next())
    }

    /// Workers spend, never more than they were told.
    private mutating func work() {
        guard let index = jobs.indices.filter({ jobs[$0].isKnown && !jobs[$0].isEnded }).randomElement(using: &dice)
        else { return }
        let left = jobs[index].cap - jobs[index].total.countedMicros
        let asset = AssetID(walked: Int.random(in: 1...jobs[index].images, using: &dice))
        var amount = jobs[index].spent[asset] ?? .zero
        let call = Int64.random(in: 0...max(0, min(left, 60)), using: &dice)
        switch Int.random(in: 0..<4, using: &dice) {
        case 0: amount.possibleMicros += call
        case 1 where amount.possibleMicros > 0:
            // What was feared turns out to have been paid, or not.
            if dice.chance(50) { amount.micros += amount.possibleMicros }
            amount.possibleMicros = 0
        case 2: amount.micros += call
        default:
            amount.micros += call
            amount.images = 1
        }
        jobs[index].spent[asset] = amount
    }

    private mutating func endOrGoOn() throws {
        guard let index = jobs.indices.filter({ jobs[$0].isKnown }).randomElement(using: &dice) else { return }
        if !jobs[index].isEnded {
            jobs[index].isEnded = true
            turns.append(Turn(wanted: .settle(settlement(jobs[index]), standing: []), job: index))
        } else if dice.chance(30) {
            var next = jobs[index]
            next.epoch += 1
            next.cap += 50
            turns.append(Turn(wanted: .reserve(request(next)), job: index))
        } else {
            turns.append(Turn(wanted: .settle(settlement(jobs[index]), standing: []), job: index))
        }
    }

    private func settlement(_ job: Job) -> JobSettlement {
        let cause = LedgerLine.Cause(
            caseID: CaseID(of: job.id), family: .case, kind: .evidence, epoch: job.epoch, attempts: 1)
        return JobSettlement(
            jobID: job.id, epoch: job.epoch,
            items: job.spent.sorted { $0.key.text < $1.key.text }.map {
                JobSettlement.Item(asset: $0.key, total: $0.value, cause: cause)
            })
    }

    /// One process does the next thing that it has to do.
    private mutating func advance() throws {
        guard let index = turns.indices.randomElement(using: &dice) else { return }
        if turns[index].isCommitted { return writeLine(index) }
        guard let read = turns[index].read else {
            turns[index].read = (record, revision)
            return
        }
        guard let standing = turns[index].standing else {
            turns[index].standing = Array(ledger.values)
            return
        }
        guard read.revision == revision else {
            (turns[index].read, turns[index].standing) = (nil, nil)
            return
        }
        commit(index, read.record, standing)
    }

    private mutating func commit(_ index: Int, _ known: AccountRecord, _ standing: [LedgerLine]) {
        var account = Account(known, plans: plans, now: now)
        var wanted = turns[index].wanted
        if case .settle(let settlement, _) = wanted { wanted = .settle(settlement, standing: standing) }
        let answer = account.apply(wanted)
        if account.record != record {
            record = account.record
            revision += 1
        }
        // Killed when the write was durable and nobody had been told.
        if dice.chance(10) { return drop(index) }
        if case .reserved(let reservation) = answer, let job = turns[index].job { begin(job, reservation, index) }
        guard case .settle = wanted else { return drop(index) }
        turns[index].unwritten = record.pending
        turns[index].isCommitted = true
    }

    private mutating func drop(_ index: Int) { turns.remove(at: index) }

    private mutating func begin(_ job: Int, _ reservation: Reservation?, _ turn: Int) {
        guard let reservation else { return }
        if dice.chance(15), !jobs[job].isKnown {
            // It could not be created: this submission gives back what it had.
            turns.append(Turn(wanted: .release(jobs[job].id, holder: reservation.holder), job: nil))
            return
        }
        if jobs[job].isKnown, reservation.epoch > jobs[job].epoch, jobs[job].isEnded {
            jobs[job].epoch = reservation.epoch
            jobs[job].cap += 50
            jobs[job].isEnded = false
        }
        // As with a submission that has lost its reservation to a later one: that one creates it.
        if record.reservation(of: jobs[job].id)?.holder == reservation.holder { jobs[job].isKnown = true }
    }

    private mutating func writeLine(_ index: Int) {
        if let line = turns[index].unwritten.popLast() {
            if ledger[line.name] == nil { ledger[line.name] = line }
            return
        }
        let names = Set(record.pending.map(\.name).filter { ledger[$0] != nil })
        turns[index] = Turn(wanted: .written(names), job: nil)
    }

    // MARK: Rules

    private func check() throws {
        try require(balance(record) == record.spent, "the balance is the sum of the lines")
        try require(
            record.spent.micros >= 0 && record.spent.possibleMicros >= 0 && record.spent.images >= 0,
            "no sum is negative")
        try require(record.reservations.values.allSatisfy { $0.micros >= 0 && $0.images >= 0 }, "nothing is owed")
        let busy = record.reservations.values.count { $0.isInFlight }
        try require(busy <= plan.maxInFlight ?? .max, "no more are in flight than allowed")
        let reserved = record.reserved
        try require(
            record.spent.countedMicros + reserved.micros <= plan.budgetMicrosPerMonth ?? .max, "the budget holds")
        try require(record.spent.images + reserved.images <= plan.imagesPerMonth ?? .max, "the quota holds")
    }

    private func balance(_ record: AccountRecord) -> Amount {
        var lines = ledger.filter { $0.key.month == record.month }
        for line in record.pending where line.month == record.month { lines[line.name] = line }
        return lines.values.map(\.amount).reduce(.zero, +)
    }

    /// When everything has come to rest, each job's lines are what it came to, and nothing is set aside for it.
    private mutating func settleEverything() throws {
        turns = []
        for index in jobs.indices where jobs[index].isKnown { jobs[index].isEnded = true }
        for job in jobs {
            var account = Account(record, plans: plans, now: now)
            if job.isKnown {
                _ = account.apply(.settle(settlement(job), standing: Array(ledger.values)))
            }
            // What was set aside for a job, or an epoch, that never came.
            _ = account.apply(.abandon(job.id, before: now))
            for line in account.record.pending { ledger[line.name] = ledger[line.name] ?? line }
            _ = account.apply(.written(Set(account.record.pending.map(\.name))))
            record = account.record
            let lines = ledger.values.filter { $0.jobID == job.id }.map(\.amount).reduce(.zero, +)
            try require(!job.isKnown || lines.micros == job.total.micros, "each job's lines are what it has cost")
            try check()
        }
        try require(record.reservations.isEmpty && record.pending.isEmpty, "nothing is left behind")
    }

    private func require(_ isTrue: Bool, _ rule: String) throws {
        if !isTrue { throw BrokenRule(rule, seed: seed, step: step) }
    }
}

extension AssetID {
    fileprivate init(walked number: Int) {
        do { self = try AssetID("asset-\(number)") } catch { preconditionFailure("a legal name") }
    }
}
