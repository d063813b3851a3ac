import Testing

@testable import JobModel

@Suite("Many jobs behind one limit, on the virtual clock")
struct FleetTests {
    static let minute = ProviderLimits(calls: 60)

    /// Jobs of 10 and 4, as many owners as wanted taking turns, all accepted within 10 s.
    static func accept(
        _ jobs: Int, of owner: String = "owner", owners: Int = 1, into fleet: inout Fleet,
        limits: RunLimits = RunLimits(),
        providers: [ProviderTerms] = [Make.provider], artifactURL: String? = nil
    ) throws {
        let before = fleet.records.count
        for number in before..<before + jobs {
            let start = fleet.now + 10_000 / Milliseconds(jobs)
            try fleet.run(until: start)
            let record = RunRecord(
                jobID: try JobID("job_\(number)"), owner: try OwnerID("\(owner)-\(number % owners)"),
                caseID: try CaseID("case-\(number)"), epoch: 1, claim: try Make.claim(1), stopBy: nil,
                specification: Make.hash(number), requestHash: Make.hash(number), webhookURL: Make.webhookURL,
                artifactURL: artifactURL, limits: limits, providers: providers, acceptedAt: start,
                assets: try Make.assets(evidence: 10, locations: 4))
            try fleet.accept(record)
        }
    }

    /// The most calls that reached the provider within any stretch of the window.
    static func busiest(_ fleet: Fleet, window: Milliseconds = ProviderLimits.minute) -> Int {
        let arrivals = fleet.calls.filter { !$0.isQuestion }.map(\.arrivedAt).sorted()
        var (first, most) = (0, 0)
        for (last, instant) in arrivals.enumerated() {
            while arrivals[first] <= instant - window { first += 1 }
            most = max(most, last - first + 1)
        }
        return most
    }

    /// From the first acceptance to the last end.
    static func span(_ records: [RunRecord]) throws -> Milliseconds {
        let first = try #require(records.map(\.acceptedAt).min())
        return try #require(records.compactMap(\.finishedAt).max()) - first
    }

    @Test("a hundred cases at 60 a minute all end completed, none by deadline", arguments: [1, 5], [1, 2] as [UInt64])
    func hundredCases(owners: Int, seed: UInt64) throws {
        var fleet = Fleet(seed: seed, limits: { _ in Self.minute }) { generator, order, _ in
            .init(after: Fleet.latency(&generator), result: Make.made(order.asset))
        }
        try Self.accept(100, owners: owners, into: &fleet, artifactURL: Make.artifactURL)
        try fleet.run()
        let records = fleet.records
        #expect(records.count == 100 && records.allSatisfy { $0.status == .completed }, "seed \(seed)")
        #expect(fleet.calls.count == 1_400, "seed \(seed)")
        #expect(Self.busiest(fleet) <= 60, "seed \(seed)")
        #expect(fleet.isDone && fleet.gate.isEmpty)
        let span = try Self.span(records)
        // 1,400 calls at 60 in 61 s, the first 60 at once, and the last calls' own length.
        #expect(span < 1_363_000 + 90_000, "took \(span) ms with seed \(seed)")
    }

    /// One in fifty is refused whatever happens; of the calls 10 % are limited, 5 % fail and 3 % hang.
    static func flaky(_ generator: inout SeededGenerator, _ order: CallOrder, refused: Bool) -> Fleet.Answer {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<10:
            let hint = Milliseconds.random(in: 1_000...20_000, using: &generator)
            return .init(after: 300, result: .failed(Make.error(.rateLimited, retryAfter: hint)))
        case 10..<15: return .init(after: 1_000, result: .failed(Make.error(.providerFailure)))
        case 15..<18: return .init(after: 3_600_000, result: .failed(Make.error(.timeout)))
        default:
            let result = refused ? .failed(Make.error(.refused)) : Make.made(order.asset)
            return .init(after: Fleet.latency(&generator), result: result)
        }
    }

    @Test("a flaky provider leaves only refused prompts unmade", arguments: 1...3 as ClosedRange<UInt64>)
    func flakyProvider(seed: UInt64) throws {
        var fleet = Fleet(seed: seed, limits: { _ in Self.minute }) { generator, order, _ in
            Self.flaky(&generator, order, refused: order.permit.number % 50 == 0)
        }
        let limits = RunLimits(retry: RetryPolicy(maximumAttempts: 8))
        try Self.accept(100, into: &fleet, limits: limits)
        try fleet.run()
        let assets = fleet.records.flatMap(\.assets)
        #expect(assets.allSatisfy { $0.state == ($0.error == nil ? .generated : .needsPromptUpdate) }, "seed \(seed)")
        #expect(assets.count { $0.state == .generated } > 1_300, "seed \(seed)")
        #expect(fleet.calls.count == assets.reduce(0) { $0 + $1.attempts }, "seed \(seed)")
        #expect(Self.busiest(fleet) <= 60, "seed \(seed)")
        // Complaints that have nothing to do with load halve the pace at most.
        let ideal = Milliseconds(fleet.calls.count) * 1_017
        #expect(try Self.span(fleet.records) < 2 * ideal, "seed \(seed)")
        #expect(fleet.isDone && fleet.gate.isEmpty)
    }

    /// Calls that begin within it are turned away, those under way when it begins break.
    private static func outage(
        _ down: Range<Milliseconds>, _ generator: inout SeededGenerator, _ order: CallOrder, now: Milliseconds
    ) -> Fleet.Answer {
        if down.contains(now) { return .init(after: 50, result: .failed(Make.error(.network, phase: .beforeSend))) }
        let length = Fleet.latency(&generator)
        guard now < down.lowerBound, now + length > down.lowerBound else {
            return .init(after: length, result: Make.made(order.asset))
        }
        let broken = Make.error(.outcomeUnknown, phase: .afterSend)
        return .init(after: down.lowerBound - now, result: .failed(broken))
    }

    @Test(
        "a provider that is down for 30 s is left in peace, and all is made when it is back",
        arguments: [ProviderLimits(), minute], 1...2 as ClosedRange<UInt64>)
    func providerDown(limits: ProviderLimits, seed: UInt64) throws {
        let down: Range<Milliseconds> = 1_018_000..<1_048_000
        var fleet = Fleet(seed: seed, limits: { _ in limits }) { generator, order, now in
            Self.outage(down, &generator, order, now: now)
        }
        try Self.accept(20, into: &fleet)
        try fleet.run()
        let records = fleet.records
        #expect(records.allSatisfy { $0.status == .completed }, "seed \(seed)")
        #expect(fleet.isDone && fleet.gate.isEmpty)
        let opened = fleet.gateLog.first { if case .circuitOpened = $0.entry { true } else { false } }
        let at = try #require(opened?.at, "seed \(seed)")
        #expect(at - down.lowerBound < 3_000, "seed \(seed)")
        // Pauses of 2, 4, 8 and 16 s: a probe after each. Calls that had their permit already come on top.
        let whileOpen = fleet.calls.count { (at + 1_000..<down.upperBound).contains($0.arrivedAt) }
        #expect(whileOpen <= 5, "seed \(seed): \(whileOpen) calls in \(down.upperBound - at) ms")
        #expect(fleet.calls.count == records.reduce(0) { $0 + $1.assets.reduce(0) { $0 + $1.attempts } })
    }

    @Test(
        "with another provider behind it, nobody waits for the one that is down",
        arguments: 1...2 as ClosedRange<UInt64>)
    func fallback(seed: UInt64) throws {
        var fleet = Fleet(seed: seed, limits: { $0 == "first" ? Self.minute : ProviderLimits() }) {
            generator, order, _ in
            if order.provider == "first" {
                return .init(after: 50, result: .failed(Make.error(.network, phase: .beforeSend)))
            }
            return .init(after: Fleet.latency(&generator), result: Make.made(order.asset))
        }
        try Self.accept(50, owners: 3, into: &fleet, providers: Array(ProviderChainTests.providers.prefix(2)))
        try fleet.run()
        let records = fleet.records
        #expect(records.allSatisfy { $0.status == .completed }, "seed \(seed)")
        #expect(fleet.calls.count { $0.lane.provider == "first" } < 20, "seed \(seed)")
        #expect(try Self.span(records) < 150_000, "seed \(seed)")
        #expect(fleet.isDone && fleet.gate.isEmpty)
    }

    @Test("one case of another owner does not wait behind sixty, and costs none of them its deadline")
    func guest() throws {
        var fleet = Fleet(seed: 1, limits: { _ in Self.minute }) { generator, order, _ in
            .init(after: Fleet.latency(&generator), result: Make.made(order.asset))
        }
        try Self.accept(60, of: "big", into: &fleet)
        var waits: [Milliseconds] = []
        for name in ["guest", "other", "third"] {
            try fleet.run(until: fleet.now + 120_000)
            try Self.accept(1, of: name, into: &fleet)
        }
        try fleet.run()
        for record in fleet.records where !record.owner.text.hasPrefix("big") {
            waits.append((record.finishedAt ?? .max) - record.acceptedAt)
        }
        #expect(fleet.records.allSatisfy { $0.status == .completed })
        // The work of sixty takes 14 minutes.
        #expect(waits.count == 3 && waits.allSatisfy { $0 < 180_000 }, "\(waits)")
    }

    @Test(
        "crowds of several owners that come one after another all end in time", arguments: 1...2 as ClosedRange<UInt64>)
    func crowds(seed: UInt64) throws {
        var fleet = Fleet(seed: seed, limits: { _ in Self.minute }) { generator, order, _ in
            .init(after: Fleet.latency(&generator), result: Make.made(order.asset))
        }
        for name in ["a", "b", "c", "d"] {
            try Self.accept(15, of: name, into: &fleet)
            try fleet.run(until: fleet.now + 40_000)
        }
        try fleet.run()
        #expect(fleet.records.allSatisfy { $0.status == .completed }, "seed \(seed)")
        #expect(Self.busiest(fleet) <= 60, "seed \(seed)")
    }
}
