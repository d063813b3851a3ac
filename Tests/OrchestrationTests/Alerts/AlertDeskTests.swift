import JobModel
import OrchestrationTestKit
import Testing
import Threads

@testable import Orchestration

/// Somebody who listens, or does not.
private final class Listener: AlertSender, Sendable {
    let heard = Locked<[AlertMessage]>([])
    let isDeaf = Locked(false)
    /// Is answered no, whenever it comes.
    let refused = Locked<String?>(nil)

    func send(_ message: AlertMessage) async -> AlertOutcome {
        heard.withLock { $0.append(message) }
        if isDeaf.withLock({ $0 }) { return .unreachable }
        return refused.withLock { $0 } == message.id ? .refused : .delivered
    }

    var words: [String] {
        heard.withLock { $0 }.map { "\($0.kind.rawValue) \($0.state)" }
    }
}

/// Goes as told.
private final class HandClock: EngineClock, Sendable {
    private let time = Locked<Milliseconds>(1_700_000_000_000)

    func now() -> Milliseconds { time.withLock { $0 } }
    func wall() -> Milliseconds { now() }
    func sleep(until instant: Milliseconds) async {}
    func advance(_ length: Milliseconds) { time.withLock { $0 += length } }
}

@Suite("Alerts over a store")
struct AlertDeskTests {
    private let store = MemoryStore()
    private let clock = HandClock()
    private let measures = Measures()
    private let failing = Alert(.imagesFailing)

    private func desk(_ listener: Listener?) -> AlertDesk {
        AlertDesk(
            store: store, sender: listener, clock: clock, random: SystemRandom(), measures: measures,
            logger: Samples.quiet)
    }

    @Test("several processes that see the same tell it once; a restart tells nothing again")
    func once() async throws {
        let listener = Listener()
        for (holding, words) in [
            ([failing], ["images.failing raised"]), ([], ["images.failing raised", "images.failing cleared"]),
        ] {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await desk(listener).observe(holding, of: [.imagesFailing]) }
                }
                try await group.waitForAll()
            }
            #expect(listener.words == words)
            clock.advance(3_600_000)
            try await desk(listener).observe(holding, of: [.imagesFailing])
            #expect(listener.words == words)
        }
        let text = String(decoding: measures.text(), as: UTF8.self)
        #expect(text.contains(#"darkroom_alerts_total{type="images.failing",outcome="raised"} 1"# + "\n"))
        #expect(text.contains(#"darkroom_alerts_total{type="images.failing",outcome="cleared"} 1"# + "\n"))
        #expect(try desk(nil).book().lines.isEmpty)
    }

    @Test("what a listener did not take is sent again after a pause, under the same id")
    func again() async throws {
        let listener = Listener()
        listener.isDeaf.withLock { $0 = true }
        try await desk(listener).observe([failing], of: [.imagesFailing])
        try await desk(listener).observe([failing], of: [.imagesFailing])
        #expect(listener.words.count == 1)
        clock.advance(AlertBook.pause)
        listener.isDeaf.withLock { $0 = false }
        for _ in 0..<3 {
            try await desk(listener).observe([failing], of: [.imagesFailing])
            clock.advance(AlertBook.pause)
        }
        #expect(listener.words == ["images.failing raised", "images.failing raised"])
        #expect(Set(listener.heard.withLock { $0 }.map(\.id)).count == 1)
    }

    @Test("without a listener the book is kept, and whoever listens later hears of what stands")
    func later() async throws {
        try await desk(nil).observe([failing], of: [.imagesFailing])
        let listener = Listener()
        try await desk(listener).observe([failing], of: [.imagesFailing])
        #expect(listener.words == ["images.failing raised"])
    }

    @Test("an address that does not answer is tried with one message a look")
    func dead() async throws {
        let listener = Listener()
        listener.isDeaf.withLock { $0 = true }
        let many = (0..<5).map { number in
            var facts = Alert.Facts()
            facts.receiver = "https://host-\(number)"
            return Alert(.deliveryFailing, facts)
        }
        try await desk(listener).observe(many, of: [.deliveryFailing])
        #expect(listener.words.count == 1)
    }

    @Test("an address that does not answer to one message hears the next one first")
    func deafToOne() async throws {
        let listener = Listener()
        listener.isDeaf.withLock { $0 = true }
        let many = (0..<3).map { number in
            var facts = Alert.Facts()
            facts.receiver = "https://host-\(number)"
            return Alert(.deliveryFailing, facts)
        }
        for _ in 0..<3 {
            try await desk(listener).observe(many, of: [.deliveryFailing])
            clock.advance(AlertBook.pause)
        }
        #expect(Set(listener.heard.withLock { $0 }.compactMap(\.facts.receiver)).count == 3)
    }

    @Test("a message that the address never takes keeps no other from arriving")
    func unwelcome() async throws {
        let listener = Listener()
        let many = (0..<3).map { number in
            var facts = Alert.Facts()
            facts.receiver = "https://host-\(number)"
            return Alert(.deliveryFailing, facts)
        }
        listener.refused.withLock { $0 = AlertMessage(many[0], .raised, since: clock.now()).id }
        for _ in 0..<4 {
            try await desk(listener).observe(many, of: [.deliveryFailing])
            clock.advance(AlertBook.pause)
        }
        let heard = Set(listener.heard.withLock { $0 }.compactMap(\.facts.receiver))
        #expect(heard == ["https://host-0", "https://host-1", "https://host-2"])
        let owed = try desk(nil).book().lines.values.filter { !$0.isTold }
        #expect(owed.map(\.alert) == [many[0]])
    }

    @Test("budgets and failing images are found in the records")
    func watch() async throws {
        let budget = 10 * Plant.bound
        let plant = try Plant(store, Plan(budgetMicrosPerMonth: budget))
        let listener = Listener()
        func look() async {
            // Each looks with what is read anew, as after a pause.
            await AlertWatch(
                desk: desk(listener),
                statistics: StatisticsDesk(
                    store: store, clock: SystemClock(), stuckAfter: 600_000, logger: Samples.quiet),
                budgets: BudgetReader(
                    store: store, plans: plant.accounts.desk.plans, clock: SystemClock(), logger: Samples.quiet),
                settings: AlertSettings(), clock: clock, logger: Samples.quiet
            ).look()
        }
        await look()
        #expect(listener.words.isEmpty)
        for number in 1...4 {
            let job = try #require(try await plant.submit(case: number).job)
            try await plant.end(job, costing: Plant.bound)
        }
        await look()
        #expect(listener.words.isEmpty, "eight images say nothing yet, and less than half of the budget is spent")
        for number in 5...8 {
            let job = try #require(try await plant.submit(case: number).job)
            try await plant.end(job, costing: Plant.bound)
        }
        await look()
        #expect(Set(listener.words) == ["images.failing raised", "budget.near raised"])
        let near = try #require(listener.heard.withLock { $0 }.first { $0.kind == .budgetNear })
        #expect(near.facts.owner == plant.owner && near.facts.spentMicros == 8 * Plant.bound)
        #expect(near.facts.budgetMicros == budget)
        for number in 9...10 {
            let job = try #require(try await plant.submit(case: number).job)
            try await plant.end(job, costing: Plant.bound)
        }
        await look()
        await look()
        #expect(listener.words.count == 3 && listener.words.last == "budget.spent raised")
        var faults: [StoreFinding] = []
        _ = try await StoreCheck.run(store) { faults.append($0) }
        #expect(faults.isEmpty, "the book is a record as others are: \(faults)")
        await plant.close()
    }
}

@Suite("A worker's look at its webhooks")
struct DeliveryAlertsTests {
    private func run(_ url: String, _ end: Delivery.End? = nil) throws -> RunRecord {
        let hash = ContentHash(of: [1])
        var run = RunRecord(
            jobID: try JobID("job_1"), owner: .local, caseID: try CaseID("c"), epoch: 1, claim: try Claim("c"),
            stopBy: nil, specification: hash, requestHash: hash, webhookURL: url, artifactURL: nil, limits: RunLimits(),
            providers: [ProviderTerms(name: "local", model: "local")], acceptedAt: 0, assets: [])
        run.delivery.end = end
        return run
    }

    @Test("a receiver that takes nothing is named without what stands before its host; a restart forgets nothing")
    func fails() async throws {
        let (store, clock, listener) = (FailingReads(), HandClock(), Listener())
        func watch() -> DeliveryAlerts {
            let desk = AlertDesk(
                store: store, sender: listener, clock: clock, random: SystemRandom(), measures: Measures(),
                logger: Samples.quiet)
            return DeliveryAlerts(desk: desk, interval: 60_000, clock: clock, logger: Samples.quiet)
        }
        let alerts = watch()
        let lost = try run("https://somebody:word@hook.example:8443/a?b=c", .deadLetter(reason: "404"))
        alerts.note(.deliveryFailed(version: 3, tries: 1, reason: "404", willRetry: false), of: lost)
        await alerts.look()
        #expect(listener.heard.withLock { $0 }.map(\.facts.receiver) == ["https://hook.example:8443"])

        let next = watch()
        // For once the book cannot be read: nothing is known then, and nothing is over.
        store.error.withLock { $0 = StoreError(.io, "for once") }
        await next.look()
        store.error.withLock { $0 = nil }
        await next.look()
        #expect(listener.words == ["delivery.failing raised"])
        next.note(.delivered(version: 4, latency: nil), of: try run("https://hook.example:8443/other"))
        await next.look()
        #expect(listener.words == ["delivery.failing raised", "delivery.failing cleared"])
    }

    @Test(arguments: [
        ("http://h/p", "http://h"), ("https://h:1/p@q", "https://h:1"), ("https://a@h/p", "https://h"),
        ("https://a:b@h:5", "https://h:5"),
    ])
    func origins(_ url: String, _ origin: String) { #expect(DeliveryAlerts.origin(of: url) == origin) }
}
