import JobModel
import Logging
import Orchestration

/// What owners' accounts promise over any store: checked by the whole way from a request to its settlement.
public struct AccountConformance: Sendable {
    public enum Case: String, CaseIterable, Sendable {
        case oneInFlight
        case budgetUnderParallelJobs
        case sameKeyIsOneJob
        case severalProcesses
    }

    private let store: any KeyValueStore & ArtifactStore

    /// - Parameter store: empty.
    public init(store: any KeyValueStore & ArtifactStore) { self.store = store }

    public func run(_ conformanceCase: Case) async throws {
        switch conformanceCase {
        case .oneInFlight: try await oneInFlight()
        case .budgetUnderParallelJobs: try await budgetUnderParallelJobs()
        case .sameKeyIsOneJob: try await sameKeyIsOneJob()
        case .severalProcesses: try await severalProcesses()
        }
    }

    private static let crowd = 64

    private func oneInFlight() async throws {
        let plant = try Plant(store, Plan(maxInFlight: 1, casesExempt: false))
        let replies = try await crowd { try await plant.submit(case: $0) }
        try requireEqual(replies.count { $0.isCreated }, 1, "jobs of \(Self.crowd) submissions")
        try requireEqual(replies.count { $0.refusal?.code == "too_many_in_flight" }, Self.crowd - 1, "refusals")
        guard let first = replies.lazy.compactMap(\.created).first else { throw ConformanceFailure("no job") }
        try await plant.end(first, costing: 0)
        let next = try await plant.submit(case: 1_000)
        try require(next.isCreated, "after its end the next is taken: \(next)")
        try await plant.checkBooks()
        await plant.close()
    }

    /// Room for ten; each of them then costs all that it may.
    private func budgetUnderParallelJobs() async throws {
        let plant = try Plant(store, Plan(budgetMicrosPerMonth: 10 * Plant.bound))
        let replies = try await crowd { try await plant.submit(case: $0) }
        let jobs = replies.compactMap(\.created)
        try requireEqual(jobs.count, 10, "jobs that the budget has room for")
        try requireEqual(replies.count { $0.refusal?.code == "budget_exceeded" }, Self.crowd - 10, "refusals")
        try requireEqual(try plant.account().reserved.micros, 10 * Plant.bound, "set aside")
        for job in jobs { try requireEqual(job.handOut.maxCostMicros, Plant.bound, "what its worker is told") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in jobs { group.addTask { try await plant.end(job, costing: Plant.bound) } }
            try await group.waitForAll()
        }
        let account = try plant.account()
        try requireEqual(account.spent.micros, 10 * Plant.bound, "spent")
        try require(account.reservations.isEmpty, "nothing is set aside any more")
        let late = try await plant.submit(case: 1_000)
        try requireEqual(late.refusal?.code, "budget_exceeded", "the budget is spent")
        try await plant.checkBooks()
        await plant.close()
    }

    private func sameKeyIsOneJob() async throws {
        let plant = try Plant(store, Plan(maxInFlight: 1, budgetMicrosPerMonth: 2 * Plant.bound, casesExempt: false))
        let replies = try await crowd { _ in try await plant.submit(case: 1, key: "the-key") }
        let names = Set(replies.compactMap { $0.job?.jobID })
        try requireEqual(replies.count { $0.job != nil }, Self.crowd, "answers with a job")
        try requireEqual(names.count, 1, "jobs of one key")
        let other = try await plant.submit(case: 2, key: "the-key")
        try requireEqual(other.conflictCode, "idempotency_conflict", "the same key with another body")
        try requireEqual(try plant.account().reservations.count, 1, "set aside for one job")
        guard let job = replies.lazy.compactMap(\.job).first else { throw ConformanceFailure("no job") }
        try await plant.end(job, costing: 70)
        // The key is looked up before everything else, also when the job is over.
        let again = try await plant.submit(case: 1, key: "the-key")
        try requireEqual(again.job?.jobID, job.jobID, "a repeat after its end")
        try requireEqual(try plant.account().spent.micros, 70, "counted once")
        try await plant.checkBooks()
        await plant.close()
    }

    /// Four processes over one store share one budget, and settle what others have made.
    private func severalProcesses() async throws {
        let plan = Plan(budgetMicrosPerMonth: 7 * Plant.bound)
        var plants: [Plant] = []
        for _ in 0..<4 { plants.append(try Plant(store, plan)) }
        let all = plants
        let replies = try await crowd { try await all[$0 % all.count].submit(case: $0) }
        let jobs = replies.compactMap(\.created)
        try requireEqual(jobs.count, 7, "jobs that the budget has room for")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, job) in jobs.enumerated() {
                group.addTask { try await all[(index + 1) % all.count].end(job, costing: Int64(10 * index)) }
            }
            try await group.waitForAll()
        }
        try requireEqual(try all[0].account().spent.micros, 10 * (0..<7).reduce(0, +), "spent")
        try await all[0].checkBooks()
        for plant in all { await plant.close() }
    }

    private func crowd(_ body: @escaping @Sendable (Int) async throws -> JobReply) async throws -> [JobReply] {
        try await withThrowingTaskGroup(of: JobReply.self) { group in
            for number in 1...Self.crowd { group.addTask { try await body(number) } }
            var replies: [JobReply] = []
            for try await reply in group { replies.append(reply) }
            return replies
        }
    }
}

/// One control process with an owner who has a plan, and workers that say what they are told to say.
public struct Plant: Sendable {
    public let jobs: JobService
    public let accounts: OwnerAccounts
    public let owner: OwnerID
    private let store: any KeyValueStore & ArtifactStore

    /// What a job of ``submit(case:key:)`` may cost at the most: two images, four attempts each, at 25.
    public static let bound: Int64 = 200

    public init(_ store: any KeyValueStore & ArtifactStore, _ plan: Plan) throws {
        self.store = store
        owner = try OwnerID("ada")
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let (clock, random) = (SystemClock(), SystemRandom())
        let desk = AccountDesk(
            store: store, plans: try PlanBook([PlanBook.freeName: plan]), clock: clock, random: random, logger: logger)
        let pricing = JobPricing(
            lanes: [CallLane(provider: "gemini", model: "m")], prices: try PriceTable("gemini/m=25"), attempts: 4)
        accounts = OwnerAccounts(desk: desk, pricing: pricing)
        jobs = JobService(
            store: store, client: nil, clock: clock, random: random, accounts: accounts, logger: logger)
    }

    public func account() throws -> AccountRecord {
        guard let account = try accounts.desk.account(of: owner) else { throw ConformanceFailure("no account") }
        return account
    }

    /// Asks for a case with two images.
    public func submit(case number: Int, key: String? = nil) async throws -> JobReply {
        let request = CaseImagesRequest(
            caseID: try CaseID("case-\(number)"),
            evidence: try (1...2).map {
                CaseItem(id: try AssetID("evidence-\($0)"), name: "Item \($0)", description: "Lies there.")
            },
            locations: [], webhookURL: "http://receiver/hook", handOut: HandOutFields())
        let draft = JobDraft(
            owner: owner, case: try RequestRules.specification(of: request), options: nil,
            idempotencyKey: try key.map { try IdempotencyKey($0) })
        let addresses = HandOutAddresses(worker: "http://worker", receiver: "http://receiver")
        // As a client does that is told to come again: a machine that is busy enough may have no time for anybody.
        for _ in 1..<Self.tries {
            let reply = try await jobs.submitter.submit(draft, handOut: addresses)
            guard case .unavailable = reply else { return reply }
        }
        return try await jobs.submitter.submit(draft, handOut: addresses)
    }

    private static let tries = 10

    /// The job's worker says its last word: no image was made, at this price. Returns when the account knows.
    public func end(_ job: JobRecord, costing micros: Int64) async throws {
        let key = JobService.CaseKey(job.caseID, owner: job.owner)
        let news = store.watch(Keys.job(job.caseID, owner: job.owner))
        let assets = job.assets.enumerated().map { index, asset in
            SnapshotAsset(
                id: asset.id, kind: asset.kind, status: .failed, attempts: 4,
                error: MediaError(.providerFailure, "it failed", provider: "gemini"), picture: nil, source: nil,
                cost: AssetCost(micros: index == 0 ? micros - micros / 3 : micros / 3))
        }
        let reply = try await jobs.fold(
            Snapshot(
                jobID: job.jobID, owner: job.owner, caseID: job.caseID, epoch: job.handOut.epoch,
                claim: job.handOut.claim, version: 9, status: .failed, isFinal: true,
                webhookURL: job.handOut.webhookURL, artifactURL: job.handOut.artifactURL, assets: assets))
        switch reply {
        case .folded, .duplicate: break
        default: throw ConformanceFailure("the last word was not taken: \(reply)")
        }
        if try isSettled(key) { return }
        for await _ in news where try isSettled(key) { return }
    }

    private func isSettled(_ key: JobService.CaseKey) throws -> Bool {
        guard let job = try jobs.job(key)?.record else { return false }
        return job.isFinal && !job.isSettlementOwed
    }

    /// No balance differs from its ledger, and nothing else is wrong with the store.
    public func checkBooks() async throws {
        var faults: [StoreFinding] = []
        _ = try await StoreCheck.run(store) { faults.append($0) }
        try require(faults.isEmpty, "the books: \(faults)")
    }

    public func close() async { await jobs.close() }
}

extension JobReply {
    public var created: JobRecord? { if case .created(let job) = self { job } else { nil } }

    public var isCreated: Bool { created != nil }

    /// The job that was made, or had been made before.
    public var job: JobRecord? {
        switch self {
        case .created(let job), .joined(let job): job
        default: nil
        }
    }

    public var refusal: AccountRefusal? { if case .overLimit(let refusal) = self { refusal } else { nil } }

    public var conflictCode: String? { if case .conflict(let code, _) = self { code } else { nil } }
}
