import Testing

@testable import JobModel

@Suite("Deadlines")
struct DeadlineTests {
    private let hour: Milliseconds = 3_600_000

    private func hung(_ limits: RunLimits, evidence: Int = 1, locations: Int = 0) throws -> RunDriver {
        let record = try Make.run(limits: limits, assets: Make.assets(evidence: evidence, locations: locations))
        var driver = RunDriver.accepted(record) { [hour] driver in
            driver.call = { _, _ in (hour, Make.made(1)) }
        }
        driver.run()
        return driver
    }

    @Test("an attempt's timeout is the least of attempt, asset left and job left")
    func timeoutIsTheLeast() throws {
        let retry = RetryPolicy(maximumAttempts: 9, firstDelay: 1_000, factor: 1, hasJitter: false)
        let limits = RunLimits(attemptTimeout: 60_000, assetDeadline: 150_000, jobDeadline: 300_000, retry: retry)
        let driver = try hung(limits)
        // 60 s, 1 s pause, 60 s, 1 s pause, and then what the asset's deadline leaves.
        #expect(driver.starts.map(\.timeout) == [60_000, 60_000, 28_000])
        let short = RunLimits(attemptTimeout: 60_000, assetDeadline: 150_000, jobDeadline: 70_000, retry: retry)
        #expect(try hung(short).starts.map(\.timeout) == [60_000, 9_000])
    }

    @Test func theAssetsDeadlineAbortsTheCall() throws {
        let record = try Make.run(
            limits: RunLimits(attemptTimeout: 60_000, assetDeadline: 5_000),
            assets: Make.assets(evidence: 1, locations: 0))
        var state = RunState.loaded(record, now: 0)
        _ = state.apply(.permitted(Make.permits(1)), now: 0, dice: 0)
        #expect(state.nextWake == 5_000)
        let effects = state.apply(.tick, now: 5_000, dice: 0)
        #expect(effects.actions.contains(.abortAttempt(record.assets[0].id, epoch: 1)))
        // Still to be reported: the end of the call that was cut off.
        #expect(state.record.assets[0].state == .generating)
        _ = state.apply(
            .attemptEnded(record.assets[0].id, epoch: 1, start: 1, .failed(Make.error(.timeout))), now: 5_001, dice: 0
        )
        #expect(state.record.assets[0].state == .failed)
        #expect(state.record.assets[0].error?.kind == .deadline)
        #expect(state.record.status == .failed)
    }

    @Test("a picture that arrives in spite of the abort is kept")
    func latePictureIsKept() throws {
        let record = try Make.run(
            limits: RunLimits(assetDeadline: 5_000), assets: Make.assets(evidence: 1, locations: 0))
        var state = RunState.loaded(record, now: 0)
        _ = state.apply(.permitted(Make.permits(1)), now: 0, dice: 0)
        _ = state.apply(.tick, now: 5_000, dice: 0)
        _ = state.apply(.attemptEnded(record.assets[0].id, epoch: 1, start: 1, Make.made(1)), now: 5_001, dice: 0)
        #expect(state.record.status == .completed)
        #expect(state.record.assets[0].error == nil)
    }

    @Test("the job's deadline keeps what was made and reports the rest as failed")
    func jobDeadlineGivesPartial() throws {
        let record = try Make.run(limits: RunLimits(jobDeadline: 10_000))
        var driver = RunDriver.accepted(record) {
            $0.call = { id, _ in (4_000, Make.made(id)) }
        }
        driver.run()
        let assets = try #require(driver.record?.assets)
        #expect(driver.record?.status == .partial)
        #expect(driver.record?.finishedAt == 10_000)
        #expect(assets.count { $0.state == .generated } == 10)
        // Their own timeouts were cut to what the job had left, so either may come first.
        let kinds = Set(assets.filter { $0.state == .failed }.compactMap { $0.error?.kind })
        #expect(kinds.isSubset(of: [.deadline, .timeout]))
        #expect(driver.starts.suffix(4).map(\.timeout) == [2_000, 2_000, 2_000, 2_000])
        #expect(driver.told.last?.snapshot.failedIDs.count == 4)
        // The most important ones came first.
        #expect(assets.prefix(10).allSatisfy { $0.state == .generated })
    }

    @Test("the job's deadline counts from its first call")
    func deadlineCountsFromTheFirstCall() throws {
        var record = try Make.run(limits: RunLimits(jobDeadline: 10_000))
        record.delivery.want(1)
        let state = RunState.loaded(record, now: 50_000)
        #expect(state.record.spent == 0)
        var driver = RunDriver.accepted(try Make.run(limits: RunLimits(jobDeadline: 10_000), acceptedAt: 50_000))
        driver.run()
        #expect(driver.record?.status == .completed)
    }

    @Test("time in which no process ran spends no deadline")
    func downtimeDoesNotCount() throws {
        let limits = RunLimits(
            attemptTimeout: 60_000, assetDeadline: 30_000, jobDeadline: 40_000,
            retry: RetryPolicy(firstDelay: 1_000, hasJitter: false))
        var driver = RunDriver.accepted(try Make.run(limits: limits, assets: Make.assets(evidence: 2, locations: 0))) {
            $0.call = { id, attempt in
                let isFirst = id.text == "evidence-1"
                return (
                    isFirst ? 5_000 : 20_000,
                    isFirst && attempt == 1 ? .failed(Make.error(.network)) : Make.made(attempt)
                )
            }
        }
        driver.run(until: 5_000)
        driver.restart(at: 5_000 + 10 * hour)
        let spent = try #require(driver.record?.spent)
        #expect(spent == 5_000)
        driver.run()
        #expect(driver.record?.status == .completed)
    }

    @Test("a clock set back or forward between two processes does not stretch a wait", arguments: [-1, 1])
    func clockJump(direction: Milliseconds) throws {
        let limits = RunLimits(retry: RetryPolicy(firstDelay: 20_000, hasJitter: false))
        let start = 100 * hour
        var driver = RunDriver.accepted(
            try Make.run(limits: limits, acceptedAt: start, assets: Make.assets(evidence: 1, locations: 0))
        ) {
            $0.call = { _, attempt in (1_000, attempt == 1 ? .failed(Make.error(.network)) : Make.made(1)) }
            $0.delivery = { _ in (0, .failed(reason: "down", retryAfter: 60_000)) }
        }
        driver.run(until: start + 2_000)
        let restartedAt = start + direction * 50 * hour
        driver.delivery = { _ in (0, .accepted(stopBy: nil)) }
        driver.restart(at: restartedAt)
        driver.run()
        let second = try #require(driver.starts.last)
        #expect(second.attempt == 2)
        #expect(second.at <= restartedAt + 20_000)
        let told = try #require(driver.told.last)
        #expect(told.at <= restartedAt + 61_000)
        #expect(driver.record?.isAtRest == true)
    }

    @Test("a record taken up by any event counts its waits by the new clock")
    func waitsAreReanchoredWhereverARecordIsLoaded() throws {
        var record = try Make.run()
        record.status = .failed
        record.delivery.want(3)
        record.delivery.wait = Wait(now: 50 * hour, length: 5_000)
        let run = RunState.loaded(record, now: 1_000)
        #expect(run.record.delivery.wait == Wait(now: 1_000, length: 5_000))
        var job = try Make.job()
        job.handOut.wait = Wait(now: 50 * hour, length: 5_000)
        var state = JobState.loaded(job, now: 1_000)
        _ = state.apply(.tick, now: 1_000, dice: 0)
        #expect(state.nextWake == 6_000)
    }

    @Test func waitsAreBoundedByTheirLength() {
        let wait = Wait(now: 1_000, length: 500)
        #expect(wait.remaining(at: 0) == 500)
        #expect(wait.remaining(at: 1_100) == 400)
        #expect(wait.isOver(at: 1_500))
        #expect(!wait.isOver(at: 1_499))
        #expect(wait.reanchored(at: -100 * hour).due == -100 * hour + 500)
        #expect(wait.reanchored(at: 1_200) == Wait(now: 1_000, length: 500))
        #expect(wait.reanchored(at: 9_000).isOver(at: 9_000))
    }

    @Test("past stopBy no call is started and calls in flight may end")
    func stopByFencesStarts() throws {
        var driver = RunDriver.accepted(try Make.run(stopBy: 1_500)) {
            $0.call = { id, _ in (2_000, Make.made(id)) }
        }
        driver.run()
        #expect(driver.starts.count == 5)
        #expect(driver.aborts.isEmpty)
        #expect(driver.record?.status == .partial)
        #expect(driver.record?.assets.count { $0.state == .generated } == 5)
    }

    @Test func everyAnswerOfOurReceiverMovesTheFence() throws {
        var driver = RunDriver.accepted(try Make.run(stopBy: 1_500)) {
            $0.call = { id, _ in (2_000, Make.made(id)) }
            $0.delivery = { _ in (0, .accepted(stopBy: 100_000)) }
        }
        driver.run()
        #expect(driver.record?.status == .completed)
    }
}
