import JobModel
import OrchestrationTestKit
import Testing

@testable import Orchestration

@Suite("Owners' accounts")
struct AccountTests {
    @Test("hold over the store in memory", .timeLimit(.minutes(5)), arguments: AccountConformance.Case.allCases)
    func hold(_ conformanceCase: AccountConformance.Case) async throws {
        try await AccountConformance(store: MemoryStore()).run(conformanceCase)
    }

    /// How a process dies at one of its writes.
    enum Death: String, CaseIterable, Sendable {
        case before
        case after
    }

    /// The whole way of one job: bound to a key, set aside, recorded, ended at a price, settled, lines written.
    private func history(_ plant: Plant) async throws {
        let reply = try await plant.submit(case: 1, key: "key-1")
        guard let job = reply.job else { throw ConformanceFailure("no job: \(reply)") }
        if !job.isFinal { try await plant.end(job, costing: 130) }
    }

    private static let plan = Plan(maxInFlight: 1, budgetMicrosPerMonth: Plant.bound, casesExempt: false)

    @Test(
        "a process killed at any of its writes leaves a balance that is right, and who repeats the request completes it",
        .timeLimit(.minutes(5)), arguments: Death.allCases)
    func killedAnywhere(_ death: Death) async throws {
        let whole = FaultInjectingStore(MemoryStore())
        let plant = try Plant(whole, Self.plan)
        try await history(plant)
        await plant.close()
        let writes = whole.operations
        #expect(writes >= 8)
        for number in 1...writes { try await kill(death, at: number) }
    }

    private func kill(_ death: Death, at number: Int) async throws {
        let store = MemoryStore()
        let died = Gate()
        let gone = StoreError(.closed, "the process is dead")
        let dying = FaultInjectingStore(store) { arrived, _ in
            if arrived < number { return [] }
            died.open()
            return arrived == number && death == .after ? [.unknown(written: true)] : [.refused(gone)]
        }
        let first = try Plant(dying, Self.plan)
        let life = Task {
            defer { died.open() }
            try? await history(first)
        }
        await died.wait()
        // Of what comes after this instant nothing reaches the store.
        try await check(store, "killed \(death) write \(number)")
        await first.close()
        life.cancel()
        // The client repeats itself, against a new process.
        let second = try Plant(store, Self.plan)
        try await history(second)
        let key = JobService.CaseKey(try CaseID("case-1"), owner: second.owner)
        if let job = try second.jobs.job(key)?.record, job.isSettlementOwed {
            await second.jobs.settle(job, key)
        }
        let account = try second.account()
        #expect(account.spent.micros == 130 && account.reservations.isEmpty, "killed \(death) write \(number)")
        try await check(store, "mended after \(death) write \(number)")
        await second.close()
        let ledger = try await Ledger(store: store).lines(below: Keys.ledger(second.owner))
        #expect(ledger.map(\.micros).reduce(0, +) == 130 && ledger.count == 2)
    }

    private func check(_ store: MemoryStore, _ place: String) async throws {
        var faults: [StoreFinding] = []
        _ = try await StoreCheck.run(store) { faults.append($0) }
        #expect(faults.isEmpty, "\(place): \(faults)")
    }

    // MARK: What crashes leave behind

    private func sweep(_ plant: Plant, _ store: MemoryStore, at now: Milliseconds) -> AccountSweep {
        AccountSweep(
            desk: plant.accounts.desk, store: store, clock: FixedClock(now: now), logger: Samples.quiet)
    }

    @Test("what was set aside for a job that never came is given back after ten minutes, and not before")
    func orphans() async throws {
        let store = MemoryStore()
        let plant = try Plant(store, Self.plan)
        let id = try JobID("job_gone")
        let request = ReservationRequest(
            jobID: id, caseID: CaseID(of: id), family: .generation, images: 1, cost: .micros(50), holder: 1)
        _ = await plant.accounts.desk.reserve(request, owner: plant.owner)
        let at = try #require(try plant.account().reservation(of: id)?.at)
        await sweep(plant, store, at: at + AccountSweep.patience - 1).pass()
        #expect(try plant.account().reservations.count == 1)
        await sweep(plant, store, at: at + AccountSweep.patience).pass()
        #expect(try plant.account().reservations.isEmpty)
        await plant.close()
    }

    @Test("what is set aside for a job at work stays, however long that takes")
    func atWork() async throws {
        let store = MemoryStore()
        let plant = try Plant(store, Self.plan)
        let job = try #require(try await plant.submit(case: 1).created)
        let day: Milliseconds = 86_400_000
        await sweep(plant, store, at: SystemClock().now() + day).pass()
        #expect(try plant.account().reservation(of: job.jobID) != nil)
        try await plant.end(job, costing: 10)
        #expect(try plant.account().reservations.isEmpty)
        await plant.close()
    }

    // MARK: Going on

    @Test("a retry sets aside anew, is refused where that is too much, and its worker is told what is left")
    func retries() async throws {
        let store = MemoryStore()
        let plant = try Plant(store, Plan(budgetMicrosPerMonth: 2 * Plant.bound))
        let job = try #require(try await plant.submit(case: 1).created)
        try await plant.end(job, costing: 150)
        let key = JobService.CaseKey(job.caseID, owner: plant.owner)
        guard case .retrying(let second) = try await plant.jobs.retry(key) else {
            Issue.record("the retry is taken")
            return
        }
        #expect(second.handOut.epoch == 2 && second.handOut.maxCostMicros == Plant.bound)
        #expect(second.account?.maxCostMicros == 150 + Plant.bound)
        #expect(try plant.account().reserved.micros == Plant.bound)
        try await plant.end(second, costing: 200)
        #expect(try plant.account().spent.micros == 350)
        let third = try await plant.jobs.retry(key)
        #expect(third.refusal?.code == "budget_exceeded")
        // One image alone costs half as much at the most, and 50 are left.
        let one = try await plant.jobs.retry(key, assets: [try AssetID("evidence-1")])
        #expect(one.refusal == .budgetExceeded(limit: 400, spent: 350, reserved: 0, asked: 100))
        #expect(try plant.account().reservations.isEmpty)
        try await plant.checkBooks()
        await plant.close()
    }

    @Test("of many who retry one job at once exactly one opens its epoch, and what is set aside is for that")
    func manyRetries() async throws {
        let plant = try Plant(MemoryStore(), Plan(budgetMicrosPerMonth: 1_000))
        let job = try #require(try await plant.submit(case: 1).created)
        try await plant.end(job, costing: 0)
        let key = JobService.CaseKey(job.caseID, owner: plant.owner)
        let opened = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { if case .retrying = try await plant.jobs.retry(key) { true } else { false } }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 1)
        #expect(try plant.account().reserved.micros == Plant.bound)
        #expect(try plant.jobs.job(key)?.record.handOut.epoch == 2)
        await plant.close()
    }

    @Test("a worker's late word of an epoch that is over is a further line")
    func lateCosts() async throws {
        let store = MemoryStore()
        let plant = try Plant(store, Plan(budgetMicrosPerMonth: 1_000))
        let job = try #require(try await plant.submit(case: 1).created)
        try await plant.end(job, costing: 30)
        var late = try #require(try plant.jobs.job(JobService.CaseKey(job.caseID, owner: plant.owner))?.record)
        late.assets[0].cost = AssetCost(micros: 70)
        #expect(late.isSettlementOwed)
        #expect(await plant.accounts.desk.settle(late))
        #expect(try plant.account().spent.micros == 80)
        try await plant.checkBooks()
        // The answer does not wait for the lines; the end does.
        await plant.close()
        let lines = try await Ledger(store: store).lines(below: Keys.ledger(plant.owner))
        #expect(lines.map(\.micros) == [20, 50, 10] && lines.map(\.number) == [1, 2, 1])
    }

    @Test("verify finds a balance that its ledger does not add up to")
    func verify() async throws {
        let store = MemoryStore()
        let plant = try Plant(store, Plan(budgetMicrosPerMonth: 1_000))
        let job = try #require(try await plant.submit(case: 1).created)
        try await plant.end(job, costing: 30)
        await plant.close()
        let stored = try #require(try store.get(Keys.account(plant.owner)))
        var record = try RecordCoding.decode(AccountRecord.self, from: stored)
        record.spent.micros += 1
        let write = RecordWrite(
            key: stored.key, expected: .revision(stored.revision), header: stored.header,
            body: try RecordCoding.body(of: record))
        guard case .committed = await store.write(write) else {
            Issue.record("not written")
            return
        }
        var faults: [StoreFinding] = []
        let summary = try await StoreCheck.run(store) { faults.append($0) }
        #expect(summary.faults == 1)
        #expect(faults.first?.at == "owner:ada:account" && faults.first?.problem.contains("adds up to 30") == true)
    }

    @Test("an owner without limits reserves nothing, and pays by the line all the same")
    func unlimited() async throws {
        let store = MemoryStore()
        let plant = try Plant(store, Plan())
        let job = try #require(try await plant.submit(case: 1).created)
        #expect(job.account == nil && job.handOut.maxCostMicros == nil)
        #expect(try plant.accounts.desk.account(of: plant.owner) == nil)
        try await plant.end(job, costing: 30)
        #expect(try plant.account().spent.micros == 30)
        await plant.close()
    }
}

/// A clock that stands still.
private struct FixedClock: EngineClock {
    let instant: Milliseconds
    init(now: Milliseconds) { instant = now }
    func now() -> Milliseconds { instant }
    func wall() -> Milliseconds { instant }
    func sleep(until instant: Milliseconds) async {}
}
