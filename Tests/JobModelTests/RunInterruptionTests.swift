import Testing

@testable import JobModel

@Suite("Calls that the worker's own end cut off")
struct RunInterruptionTests {
    private func interrupted(
        _ phase: MediaError.Phase, limits: RunLimits = RunLimits(), policy: UnknownOutcomePolicy = .retry
    ) throws -> RunDriver {
        var provider = Make.provider
        provider.unknownOutcome = policy
        let record = try Make.run(
            limits: limits, providers: [provider], assets: Make.assets(evidence: 1, locations: 0))
        return RunDriver.accepted(record) { driver in
            driver.call = { id, attempt in attempt == 1 ? (100, .interrupted(phase)) : (100, Make.made(id)) }
        }
    }

    @Test("one that had been sent may be billed, counts as no try and no crash, and is made again at once")
    func sent() throws {
        let limits = RunLimits(retry: RetryPolicy(maximumAttempts: 1))
        var driver = try interrupted(.afterSend, limits: limits)
        driver.run(until: 50)
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == .generated)
        #expect(asset.ends.map(\.state) == [.retrying, .generated])
        #expect(asset.ends[0].code == .outcomeUnknown)
        #expect((asset.attempts, asset.tries, asset.crashes) == (2, 1, 0))
        #expect(asset.cost.possiblyBilled == 1)
        #expect(driver.starts.map(\.at) == [0, 100])
    }

    @Test func oneThatHadNotLeftCostsNothing() throws {
        var driver = try interrupted(.beforeSend)
        driver.run()
        #expect(driver.asset("evidence-1")?.cost.possiblyBilled == 0)
        #expect(driver.asset("evidence-1")?.state == .generated)
    }

    @Test("where what may be billed is not repeated, it is held")
    func held() throws {
        var driver = try interrupted(.afterSend, policy: .hold)
        driver.run()
        #expect(driver.asset("evidence-1")?.state == .held)
    }

    @Test("a canceled run does not come back by it")
    func canceled() throws {
        var driver = try interrupted(.afterSend)
        driver.run(until: 50)
        driver.send(Make.cancel(2))
        driver.run()
        #expect(driver.record?.status == .canceled)
    }
}
