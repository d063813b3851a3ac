import Testing

@testable import JobModel

@Suite("What a run may cost")
struct MoneyLimitTests {
    private func made(_ cost: Int64) -> AttemptResult {
        .made(Make.picture(1), AssetSource(provider: "first", model: "m1", costMicros: cost), [1])
    }

    private func driver(
        _ count: Int = 5, attempts: Int = 1, limit: Int64, providers: [ProviderTerms]? = nil,
        call: @escaping (AssetID, Int) -> (Milliseconds, AttemptResult)
    ) throws -> RunDriver {
        let terms = try providers ?? [#require(ProviderChainTests.providers.first)]
        let record = try ProviderChainTests.record(count, attempts: attempts, providers: terms, costLimit: limit)
        var driver = RunDriver.accepted(record) { $0.call = call }
        driver.run()
        return driver
    }

    private func cost(_ driver: RunDriver) -> Int64 {
        driver.record?.assets.reduce(0) { $0 + $1.cost.micros + $1.cost.possibleMicros } ?? -1
    }

    @Test("no more calls start than can be paid, those in flight included", arguments: [0, 39, 40, 79, 120, 200, 500])
    func pictures(limit: Int64) throws {
        let driver = try driver(limit: limit) { _, _ in (1_000, made(40)) }
        let paid = min(5, Int(limit / 40))
        #expect(driver.starts.count == paid)
        #expect(cost(driver) == Int64(paid) * 40)
        #expect(driver.record?.status == (paid == 0 ? .failed : paid == 5 ? .completed : .partial))
        let unpaid = driver.record?.assets.filter { $0.state == .failed } ?? []
        #expect(unpaid.count == 5 - paid && unpaid.allSatisfy { $0.error?.kind == .quotaExhausted })
    }

    @Test("a call that failed free of charge leaves its money to the next, one that may have been billed does not")
    func failures() throws {
        let free = try driver(attempts: 3, limit: 40) { _, _ in (1_000, .failed(Make.error(.providerFailure))) }
        #expect(free.starts.count == 15 && cost(free) == 0)
        let feared = try driver(attempts: 3, limit: 100) { _, _ in
            (1_000, .failed(Make.error(.timeout, phase: .afterSend)))
        }
        #expect(feared.starts.count == 2 && cost(feared) == 80)
    }

    @Test("a provider without a price makes nothing where there is a limit")
    func unknownPrice() throws {
        let driver = try driver(2, limit: 1_000, providers: [ProviderTerms(name: "first", model: "m1")]) { _, _ in
            (1_000, made(40))
        }
        #expect(driver.starts.isEmpty && driver.record?.status == .failed)
        #expect(driver.record?.assets.first?.error?.message.contains("no price is known for m1") == true)
    }

    @Test("what costs nothing needs no money")
    func free() throws {
        let terms = [ProviderTerms(name: "local", model: "m3", prices: ["m3": 0])]
        let driver = try driver(limit: 0, providers: terms) { _, _ in (1_000, made(0)) }
        #expect(driver.record?.status == .completed)
    }

    // MARK: Before there is a job

    private func assets(_ count: Int, model: String? = nil) throws -> [AssetSpecification] {
        try (1...count).map {
            AssetSpecification(
                id: try AssetID("a-\($0)"), kind: .evidence, prompt: "p", subject: Subject(name: "n", description: "d"),
                model: model)
        }
    }

    @Test("the bound of a job is every attempt of every provider, the estimate one call of the first")
    func bounds() throws {
        let lanes = [CallLane(provider: "gemini", model: "m"), CallLane(provider: "openai", model: "o")]
        let table = try PriceTable("gemini/m=40 gemini/dear=90 openai/o=10 imagen/*=unpriced")
        var pricing = JobPricing(lanes: lanes, prices: table, attempts: 3)
        #expect(pricing.bound(of: try assets(2), options: nil) == .micros(2 * 3 * 50))
        #expect(pricing.bound(of: try assets(1, model: "dear"), options: nil) == .micros(3 * 100))
        #expect(pricing.bound(of: try assets(2), options: RunOptions(maxAttempts: 1)) == .micros(100))
        #expect(pricing.bound(of: try assets(2), options: RunOptions(providers: ["openai"])) == .micros(60))
        #expect(pricing.bound(of: try assets(2), options: RunOptions(providers: ["local"])) == .micros(0))
        #expect(pricing.bound(of: try assets(2), options: RunOptions(maxCostMicros: 70)) == .micros(70))
        let unknown = CostBound.unknown(provider: "gemini", model: "new")
        #expect(pricing.bound(of: try assets(1, model: "new"), options: nil) == unknown)
        #expect(
            pricing.bound(of: try assets(1), options: RunOptions(providers: ["imagen"]))
                == .unknown(provider: "imagen", model: nil))
        pricing.basis = .estimate
        #expect(pricing.bound(of: try assets(2), options: nil) == .micros(80))
        pricing.lanes = []
        guard case .unknown = pricing.bound(of: try assets(1), options: nil) else {
            Issue.record("nothing is known of the workers")
            return
        }
    }
}
