import Testing

@testable import JobModel

@Suite("Schedules on a virtual clock")
struct ScheduleTests {
    /// The earliest-free-slot schedule of these lengths in this order: what `rolling` has to reach.
    private func listMakespan(_ lengths: [Milliseconds], slots: Int) -> Milliseconds {
        var free = [Milliseconds](repeating: 0, count: slots)
        for length in lengths {
            let index = free.indices.min { free[$0] < free[$1] } ?? 0
            free[index] += length
        }
        return free.max() ?? 0
    }

    private func finished(
        _ lengths: [Milliseconds], schedule: Schedule, evidence: Int, locations: Int = 0
    ) throws -> RunDriver {
        let record = try Make.run(
            limits: RunLimits(schedule: schedule), assets: Make.assets(evidence: evidence, locations: locations))
        let order = Dictionary(uniqueKeysWithValues: record.assets.enumerated().map { ($1.id, $0) })
        var driver = RunDriver.accepted(record) {
            $0.call = { id, _ in (lengths[order[id] ?? 0], Make.made(order[id] ?? 0)) }
        }
        driver.run()
        return driver
    }

    @Test("rolling reaches the list schedule", arguments: 1...20 as ClosedRange<UInt64>)
    func rollingIsListScheduling(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let lengths = (0..<17).map { _ in Milliseconds.random(in: 500...40_000, using: &generator) }
        let driver = try finished(lengths, schedule: .rolling, evidence: 17)
        let end = try #require(driver.record?.finishedAt)
        #expect(end == listMakespan(lengths, slots: 5))
    }

    @Test("barrier takes the longest of each batch, one after another", arguments: 1...20 as ClosedRange<UInt64>)
    func barrierSumsTheSlowest(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let lengths = (0..<14).map { _ in Milliseconds.random(in: 500...40_000, using: &generator) }
        let driver = try finished(lengths, schedule: .barrier, evidence: 10, locations: 4)
        let slowest = [lengths[0..<5], lengths[5..<10], lengths[10..<14]].compactMap { $0.max() }
        #expect(driver.record?.finishedAt == slowest.reduce(0, +))
    }

    @Test func startsInTheGivenOrder() throws {
        let driver = try finished(
            [Milliseconds](repeating: 1_000, count: 14), schedule: .rolling, evidence: 10, locations: 4)
        let ids = try Make.assets(evidence: 10, locations: 4).map(\.id)
        #expect(driver.starts.map(\.asset) == ids)
    }

    @Test func aLowerPriorityNumberGoesFirst() throws {
        let assets = [
            AssetRun(id: try Make.asset("last"), kind: .evidence, priority: 3),
            AssetRun(id: try Make.asset("first"), kind: .location, priority: -1),
            AssetRun(id: try Make.asset("middle"), kind: .evidence, priority: 0),
        ]
        var limits = RunLimits()
        limits.window = 1
        var driver = RunDriver.accepted(try Make.run(limits: limits, assets: assets))
        driver.run()
        #expect(driver.starts.map(\.asset.text) == ["first", "middle", "last"])
    }

    @Test("a straggler holds back nobody under rolling, its whole batch under barrier")
    func straggler() throws {
        var lengths = [Milliseconds](repeating: 1_000, count: 14)
        lengths[0] = 50_000
        let rolling = try finished(lengths, schedule: .rolling, evidence: 10, locations: 4)
        // Thirteen others over the four slots that are left: four rounds.
        #expect(rolling.starts.map(\.at).max() == 3_000)
        #expect(rolling.record?.finishedAt == 50_000)
        let barrier = try finished(lengths, schedule: .barrier, evidence: 10, locations: 4)
        #expect(barrier.firstStart("evidence-6") == 50_000)
        #expect(barrier.record?.finishedAt == 52_000)
    }

    @Test func noMoreThanFourLocationsAtOnce() throws {
        let driver = try finished(
            [Milliseconds](repeating: 1_000, count: 9), schedule: .rolling, evidence: 0, locations: 9)
        #expect(driver.starts.count { $0.at == 0 } == 4)
        #expect(driver.record?.finishedAt == 3_000)
    }

    @Test("evidence passes locations that wait for one of their four places")
    func evidenceFillsTheFifthSlot() throws {
        var assets = try Make.assets(evidence: 0, locations: 6)
        assets.append(AssetRun(id: try Make.asset("evidence-1"), kind: .evidence, priority: 1))
        var driver = RunDriver.accepted(try Make.run(assets: assets))
        driver.run()
        #expect(driver.firstStart("evidence-1") == 0)
        #expect(driver.firstStart("location-5") == 1_000)
    }

    @Test func batchesFollowPriorityThenKind() throws {
        let kinds: [(kind: AssetKind, priority: Int)] =
            Array(repeating: (.evidence, 0), count: 7) + Array(repeating: (.location, 0), count: 5) + [(.evidence, -1)]
        let plan = BatchPlan(assets: kinds, limits: RunLimits())
        #expect(plan.batches == [[12, 0, 1, 2, 3], [4, 5, 6], [7, 8, 9, 10], [11]])
        #expect(plan.order.sorted() == Array(0..<13))
    }

    @Test func limitsThatWouldStandStillAreRaised() {
        let limits = RunLimits(window: 0, locationWindow: -1)
        #expect(limits.window == 1)
        #expect(limits.locationWindow == 1)
    }

    @Test("a retrying asset gives its slot to the next while it waits")
    func waitingTakesNoSlot() throws {
        var limits = RunLimits(retry: RetryPolicy(firstDelay: 10_000, hasJitter: false))
        limits.window = 1
        let record = try Make.run(limits: limits, assets: Make.assets(evidence: 3, locations: 0))
        var driver = RunDriver.accepted(record) {
            $0.call = { id, attempt in
                let isFlaky = id.text == "evidence-1" && attempt == 1
                return (1_000, isFlaky ? .failed(Make.error(.network)) : Make.made(id))
            }
        }
        driver.run()
        #expect(driver.starts.map(\.asset.text) == ["evidence-1", "evidence-2", "evidence-3", "evidence-1"])
        #expect(driver.starts.map(\.at) == [0, 1_000, 2_000, 11_000])
        #expect(driver.record?.status == .completed)
    }
}
