import CurlClient
import ProcessDriving
import Threads

/// One run of chaos, from the first process's start to the last look.
struct Run: Sendable {
    let plan: Plan
    let http: CurlClient
    let driver: Driver
    let findings = Findings()
    private let ledger = Ledger()
    private let deadline = Locked<ContinuousClock.Instant?>(nil)

    init(_ plan: Plan, http: CurlClient, driver: Driver) { (self.plan, self.http, self.driver) = (plan, http, driver) }

    /// What a run came to.
    struct Account: Sendable {
        var kills: [String: Int]
        var sums: Audit.Sums
        var calls: Int
        var messages: MessageCounts
        var asked: Int
        var unrecorded: Int
        /// Until the last kill, and until the last job had ended.
        var killing: Duration
        var ending: Duration
    }

    /// - Throws: if the processes could not be started, or the provider's record not be read.
    func make() async throws -> Account {
        let stage = try await Stage(plan, http: http, by: driver)
        do {
            let account = try await play(on: stage)
            for complaint in await stage.stop() { findings.add(complaint) }
            return account
        } catch {
            for complaint in await stage.stop() { findings.add(complaint) }
            throw error
        }
    }

    private func play(on stage: Stage) async throws -> Account {
        let begin = ContinuousClock.now
        let calls = CallLedger(stage.simulator)
        let collecting = Task { await calls.run() }
        defer { collecting.cancel() }
        let (cases, onCase) = AsyncStream.makeStream(of: Ledger.Case.self)
        let watcher = Watcher(
            stage: stage, client: JobClient(http: http), ledger: ledger, findings: findings, deadline: deadline)
        async let watching: Void = withDiscardingTaskGroup { group in
            for await one in cases { group.addTask { await watcher.follow(one) } }
        }
        let kills = await trouble(stage) { one in
            ledger.begin(one)
            onCase.yield(one)
        }
        onCase.finish()
        let killing = ContinuousClock.now - begin
        // Without kills it is the network that is on trial: jobs must end in spite of it.
        if plan.kills > 0 { stage.heal() }
        driver.note("\(ledger.alive) cases alive after \(killing.rounded) s; waiting for them to end")
        deadline.withLock { $0 = .now + plan.patience }
        await watching
        stage.heal()
        let ending = ContinuousClock.now - begin
        let audit = Audit(
            stage: stage, client: JobClient(http: http), ledger: ledger, calls: calls, findings: findings)
        let sums = try await audit.run()
        return Account(
            kills: kills, sums: sums, calls: calls.count,
            messages: stage.roles.map(\.proxy.counts).reduce(MessageCounts(), +), asked: ledger.asked.count,
            unrecorded: ledger.unrecorded, killing: killing, ending: ending)
    }

    /// Cases come while processes die.
    private func trouble(_ stage: Stage, onCase: @escaping @Sendable (Ledger.Case) -> Void) async -> [String: Int] {
        let feeder = Feeder(
            stage, plan, ledger: ledger, findings: findings, http: http, driver: driver, onCase: onCase)
        guard plan.kills > 0 else {
            await feeder.run()
            return [:]
        }
        let feeding = Task { await feeder.run() }
        let kills = await Killer(stage: stage, feeder: feeder, plan: plan, findings: findings).run()
        feeding.cancel()
        await feeding.value
        return kills
    }
}

extension Duration {
    /// Whole seconds.
    var rounded: Int64 { components.seconds + (components.attoseconds >= 500_000_000_000_000_000 ? 1 : 0) }
}
