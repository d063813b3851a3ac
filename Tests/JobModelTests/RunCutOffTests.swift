import Testing

@testable import JobModel

@Suite("What the job's own limits cut off is told from what failed")
struct RunCutOffTests {
    private func run(
        limits: RunLimits = RunLimits(), stopBy: Milliseconds? = nil, evidence: Int = 7,
        call: @escaping (AssetID, Int) -> (after: Milliseconds, end: AttemptResult)
    ) throws -> RunDriver {
        let record = try Make.run(
            stopBy: stopBy, limits: limits, assets: Make.assets(evidence: evidence, locations: 0))
        var driver = RunDriver.accepted(record) { $0.call = call }
        driver.run()
        return driver
    }

    private func cutOff(_ driver: RunDriver) -> [String] {
        let told = driver.told.last?.snapshot.assets.filter { $0.cutOff == true }.map(\.id.text) ?? []
        #expect(told == driver.record?.assets.filter { $0.cutOff == true }.map(\.id.text))
        return told
    }

    @Test("the job's deadline: what waits and what is in flight then")
    func jobDeadline() throws {
        let limits = RunLimits(jobDeadline: 10_000)
        let driver = try run(limits: limits) { id, _ in (id.text == "evidence-1" ? 1_000 : 50_000, Make.made(id)) }
        #expect(cutOff(driver) == (2...7).map { "evidence-\($0)" })
        #expect(driver.record?.status == .partial)
    }

    @Test("a try that failed so late that the job has no time for another")
    func noTimeForAnother() throws {
        let retry = RetryPolicy(firstDelay: 5_000, hasJitter: false)
        let driver = try run(limits: RunLimits(jobDeadline: 10_000, retry: retry), evidence: 2) { id, _ in
            (id.text == "evidence-1" ? 7_000 : 9_000, .failed(Make.error(.network)))
        }
        #expect(cutOff(driver) == ["evidence-1", "evidence-2"])
        #expect(driver.asset("evidence-1")?.error?.kind == .network)
    }

    @Test("the time for starting calls: what waits then, not what is in flight")
    func stopBy() throws {
        let driver = try run(stopBy: 3_000) { id, _ in (5_000, Make.made(id)) }
        #expect(cutOff(driver) == ["evidence-6", "evidence-7"])
        #expect(driver.record?.assets.count { $0.state == .generated } == 5)
    }

    @Test("not: the asset's own deadline, its attempts, a refusal, a cancel")
    func ownFaults() throws {
        let short = RunLimits(assetDeadline: 4_000, retry: RetryPolicy(maximumAttempts: 2, firstDelay: 10))
        #expect(cutOff(try run(limits: short, evidence: 1) { _, _ in (50_000, Make.made(1)) }).isEmpty)
        #expect(cutOff(try run(limits: short) { _, _ in (10, .failed(Make.error(.network))) }).isEmpty)
        #expect(cutOff(try run(limits: short) { _, _ in (10, .failed(Make.error(.refused))) }).isEmpty)
        var driver = RunDriver.accepted(try Make.run())
        driver.send(Make.cancel(3))
        driver.run()
        #expect(cutOff(driver).isEmpty)
    }

    @Test("history and tries travel with the outcome alone, and the same each time it is sent")
    func history() throws {
        var tries = 0
        var driver = RunDriver.accepted(
            try Make.run(artifactURL: Make.artifactURL, assets: Make.assets(evidence: 6, locations: 0))
        ) {
            $0.call = { id, _ in (2_000, Make.made(id)) }
            $0.delivery = { snapshot in
                tries += snapshot.isFinal ? 1 : 0
                return (
                    0, snapshot.isFinal && tries < 5 ? .failed(reason: "503", retryAfter: nil) : .accepted(stopBy: nil)
                )
            }
        }
        driver.run()
        for _ in 0..<12 {
            driver.send(.redeliveryRequested(1))
            driver.run()
        }
        let (progress, final) = (driver.told.filter { !$0.snapshot.isFinal }, driver.told.filter(\.snapshot.isFinal))
        #expect(
            progress.allSatisfy { $0.snapshot.deliveries == nil && $0.snapshot.assets.allSatisfy { $0.history == nil } }
        )
        #expect(final.count == 17)
        #expect(Set(final.map(\.snapshot)).count == 1)
        let last = try #require(final.last?.snapshot)
        #expect(last.assets.allSatisfy { $0.history?.last?.state == .generated })
        #expect(last.deliveries?.map(\.version) == progress.map(\.snapshot.version))
        let kept = try #require(driver.record?.deliveries)
        #expect(kept.count == progress.count + DeliveryTry.keptOfEach)
        #expect(kept.last?.outcome == .delivered)
    }

    @Test("a receiver that is not ours gets none of it")
    func foreign() throws {
        let driver = try run { id, _ in (10, Make.made(id)) }
        let final = try #require(driver.told.last?.snapshot)
        #expect(final.deliveries == nil && final.assets.allSatisfy { $0.history == nil })
    }
}
