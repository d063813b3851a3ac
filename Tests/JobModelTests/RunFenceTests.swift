import Testing

@testable import JobModel

@Suite("The fence of a silent run")
struct RunFenceTests {
    private static let fence: Milliseconds = 1_800_000

    /// A provider that takes an hour for each picture, and a receiver that gives the fence anew with each answer.
    private func slow(
        artifactURL: String? = Make.artifactURL, stopBy: Milliseconds? = fence,
        answer: @escaping (Milliseconds) -> DeliveryAnswer = { .accepted(stopBy: $0 + fence) }
    ) throws -> RunDriver {
        let limits = RunLimits(
            attemptTimeout: 3_600_000, assetDeadline: 20_000_000, jobDeadline: 20_000_000, window: 1)
        let record = try Make.run(
            stopBy: stopBy, artifactURL: artifactURL, limits: limits, assets: Make.assets(evidence: 2, locations: 0))
        let clock = Clock()
        var driver = RunDriver.accepted(record) {
            $0.call = { id, _ in (3_600_000, Make.made(id)) }
            $0.delivery = { _ in (0, answer(clock.now)) }
        }
        driver.run(until: 1)
        for instant in stride(from: 10_000, through: 7_100_000, by: 10_000) {
            clock.now = Milliseconds(instant)
            driver.run(until: clock.now)
        }
        return driver
    }

    private final class Clock { var now: Milliseconds = 0 }

    @Test("is kept by telling the same again every third of it, and the run goes on behind its first end")
    func kept() throws {
        let driver = try slow()
        let told = driver.told.filter { (1...3_500_000).contains($0.at) }
        #expect((5...6).contains(told.count))
        #expect(Set(told.map(\.snapshot.version)) == [driver.told[0].snapshot.version])
        #expect(zip(told, told.dropFirst()).allSatisfy { (590_000...620_000).contains($1.at - $0.at) })
        #expect(driver.starts.map(\.asset.text).count == 2, "the second call began after an hour")
        #expect(driver.asset("evidence-2")?.cutOff == nil)
    }

    @Test("a receiver that does not extend it is told ever oftener, but not without end, and the fence holds")
    func notExtended() throws {
        let driver = try slow { _ in .accepted(stopBy: nil) }
        let told = driver.told.filter { $0.at < Self.fence }
        #expect((5...40).contains(told.count))
        #expect(driver.starts.count == 1)
        #expect(driver.asset("evidence-2")?.cutOff == true)
    }

    @Test("without a fence, or with a receiver that is not ours, nothing is told again", arguments: [true, false])
    func leftAlone(isOurs: Bool) throws {
        let driver = try slow(
            artifactURL: isOurs ? Make.artifactURL : nil, stopBy: isOurs ? nil : Self.fence
        ) { _ in .accepted(stopBy: nil) }
        #expect(driver.told.count { (1..<1_700_000).contains($0.at) } == 0)
    }

    @Test("one that fails is tried as any other, and the next comes in its time")
    func failing() throws {
        let driver = try slow { now in
            now < 2_000 ? .accepted(stopBy: Self.fence) : .failed(reason: "down", retryAfter: nil)
        }
        let told = driver.told.filter { (1..<1_000_000).contains($0.at) }
        #expect(told.count >= 3)
        #expect(driver.record?.delivery.end == nil)
        #expect(driver.asset("evidence-2")?.cutOff == true)
    }

    @Test("a run that waits in the queue keeps it too, and a place told again is no news")
    func queued() throws {
        var driver = RunDriver(now: 0)
        driver.gate = CallGate { _ in ProviderLimits(concurrency: 1) }
        let other = GateDesk.demand(now: 1, left: 1)
        _ = driver.gate.demand(other, of: try JobID("before"), owner: .local, acceptedAt: -1, now: 0)
        driver.delivery = { _ in (0, .accepted(stopBy: 10_000_000)) }
        driver.send(.requested(1, Make.proposal(try Make.run(stopBy: Self.fence, artifactURL: Make.artifactURL))))
        driver.run(until: 4_000_000)
        let version = try #require(driver.record?.version)
        #expect(driver.told.count == 2 && Set(driver.told.map(\.snapshot.version)) == [version])
        driver.send(.queued(ahead: 0))
        #expect(driver.record?.version == version && driver.told.count == 2)
    }
}
