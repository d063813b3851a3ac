import Testing

@testable import JobModel

@Suite("Runs that need no more work are emptied")
struct RunForgettingTests {
    private static let hour: Milliseconds = 3_600_000
    private static let week: Milliseconds = 7 * 86_400_000

    private func ended(_ answer: DeliveryAnswer = .accepted(stopBy: nil)) throws -> RunDriver {
        let record = try Make.run(epoch: 3, assets: Make.assets(evidence: 2, locations: 0))
        var driver = RunDriver.accepted(record) {
            $0.call = { id, _ in
                (1_000, id.text == "evidence-1" ? Make.made(id) : .failed(Make.error(.invalidRequest)))
            }
            $0.delivery = { $0.isFinal ? (0, answer) : (0, .accepted(stopBy: nil)) }
        }
        driver.run()
        return driver
    }

    /// The pass over the records finds this one due.
    private func sweep(_ driver: inout RunDriver, at instant: Milliseconds) {
        driver.jump(to: instant)
        driver.send(.tick)
    }

    @Test("an hour after its outcome was acknowledged it is emptied, and still says what became of it")
    func emptied() throws {
        var driver = try ended()
        let restedAt = driver.now
        #expect(driver.bench.stored?.record.keptUntil == restedAt + Self.hour)
        #expect(driver.bench.stored?.record.referencedHashes.count == 2)
        sweep(&driver, at: restedAt + Self.hour - 1)
        #expect(driver.bench.stored?.record.isForgotten == false)
        sweep(&driver, at: restedAt + Self.hour)
        let left = try #require(driver.bench.stored?.record)
        #expect(left.forgotten == ForgottenRun(at: driver.now, assets: 2, made: 1))
        #expect((left.status, left.epoch, left.finishedAt) == (.partial, 3, 1_000))
        #expect(left.assets.isEmpty && left.providers.isEmpty && left.webhookURL.isEmpty)
        #expect(left.referencedHashes.isEmpty)
        #expect(left.keptUntil == driver.now + Self.week)
        #expect(driver.bench.mailroom.count == 0)
    }

    @Test("one whose outcome could not be delivered is kept for a week, to be sent by command")
    func deadLetter() throws {
        var driver = try ended(.refused(reason: "404"))
        #expect(driver.bench.stored?.record.keptUntil == driver.now + Self.week)
        driver.delivery = { _ in (0, .accepted(stopBy: nil)) }
        sweep(&driver, at: driver.now + 2 * Self.hour)
        driver.send(.redeliveryRequested(7))
        driver.run()
        // Heard at last: from now on it is kept as any other.
        #expect(driver.bench.stored?.record.keptUntil == driver.now + Self.hour)
        #expect(driver.told.last?.snapshot.isFinal == true)
    }

    @Test("a record of an earlier version, or one that a wrong clock wrote, gets a time of its own")
    func timesSetRight() throws {
        var driver = try ended()
        for until: Milliseconds? in [nil, .max] {
            var record = try #require(driver.bench.stored?.record)
            record.keptUntil = until
            driver.bench.replaceStored(record)
            driver.send(.tick)
            #expect(driver.bench.stored?.record.keptUntil == driver.now + Self.hour)
        }
    }

    @Test("an emptied run remembers its epochs: older ones are stale, its own is done, a later one begins")
    func epochsAfterwards() throws {
        var driver = try ended()
        sweep(&driver, at: driver.now + Self.hour)
        let told = driver.told.count
        func ask(_ epoch: Int) throws -> RunReply? {
            driver.send(.requested(9, Make.proposal(try Make.run(epoch: epoch, acceptedAt: driver.now))))
            return driver.replies.last
        }
        #expect(try ask(2) == .staleEpoch(current: 3))
        guard case .accepted(let same) = try ask(3) else { return #expect(Bool(false), "its own epoch") }
        #expect(same.isForgotten && same.status == .partial)
        driver.send(.redeliveryRequested(9))
        guard case .forgotten = driver.replies.last else { return #expect(Bool(false), "a redelivery") }
        driver.run()
        #expect(driver.told.count == told)
        guard case .accepted(let next) = try ask(4) else { return #expect(Bool(false), "a later epoch") }
        #expect(!next.isForgotten && next.epoch == 4)
        driver.run()
        #expect(driver.told.last?.snapshot.epoch == 4)
    }

    @Test("a request without a job id goes on counting epochs after the run was emptied")
    func unnumberedAfterwards() throws {
        var driver = try ended()
        sweep(&driver, at: driver.now + Self.hour)
        driver.send(.requested(9, Make.proposal(try Make.run(acceptedAt: driver.now), isUnnumbered: true)))
        #expect(driver.record?.epoch == 4)
        #expect(driver.record?.isFinished == false)
    }
}

@Suite("Cancels that come before their run")
struct GhostTests {
    private func requested(_ epoch: Int, _ driver: inout RunDriver, isUnnumbered: Bool = false) throws {
        let record = try Make.run(
            epoch: epoch, acceptedAt: driver.now, assets: Make.assets(evidence: 2, locations: 0))
        driver.send(.requested(9, Make.proposal(record, isUnnumbered: isUnnumbered)))
        driver.run()
    }

    private func ghost(epoch: Int?) -> RunDriver {
        var driver = RunDriver(now: 50)
        driver.send(Make.cancel(1, epoch: epoch))
        return driver
    }

    @Test("it is durable before it is answered, is kept a week and wants nothing")
    func remembered() throws {
        var bench = Bench<RunState>()
        bench.send(Make.cancel(1, epoch: 2), now: 5)
        #expect(bench.takeActions().isEmpty)
        bench.endWrite(.committed, now: 6)
        let stored = try #require(bench.stored?.record)
        #expect(stored.isGhost && stored.isForgotten && stored.status == .canceled)
        let week: Milliseconds = 7 * 86_400_000
        #expect(stored.keptUntil == 5 + week)
        #expect(bench.takeActions() == [.reply(1, .done(try #require(bench.stored?.record).unwritten))])
        #expect(bench.mailroom.count == 0)
    }

    @Test("its trigger, or an older one, is accepted, calls nobody and tells that it was canceled", arguments: [1, 2])
    func trigger(epoch: Int) throws {
        var driver = ghost(epoch: 2)
        try requested(epoch, &driver)
        guard case .accepted = driver.replies.last else { return #expect(Bool(false), "not accepted") }
        #expect(driver.starts.isEmpty)
        #expect(driver.told.map(\.snapshot.status) == [.canceled])
        #expect(driver.told.first?.snapshot.isFinal == true)
        // The cancel was for all up to the second; the third is another wish.
        try requested(epoch + 1, &driver)
        #expect(driver.record?.status == (epoch == 1 ? .canceled : .completed))
    }

    @Test func aLaterEpochIsMade() throws {
        var driver = ghost(epoch: 2)
        try requested(3, &driver)
        #expect(driver.record?.status == .completed)
    }

    @Test("without an epoch it is for the first that comes", arguments: [false, true])
    func withoutEpoch(isUnnumbered: Bool) throws {
        var driver = ghost(epoch: nil)
        try requested(isUnnumbered ? 1 : 4, &driver, isUnnumbered: isUnnumbered)
        #expect(driver.record?.status == .canceled)
        #expect(driver.starts.isEmpty)
        try requested(isUnnumbered ? 1 : 5, &driver, isUnnumbered: isUnnumbered)
        #expect(driver.record?.status == .completed)
    }

    @Test("a cancel of an epoch that is over does nothing to the one under way")
    func olderEpoch() throws {
        var driver = RunDriver.accepted(try Make.run(epoch: 2))
        driver.send(Make.cancel(4, epoch: 1))
        driver.run()
        #expect(driver.record?.status == .completed)
    }

    @Test("a cancel of an epoch still to come ends this one and that one")
    func laterEpoch() throws {
        var driver = RunDriver.accepted(try Make.run(epoch: 1))
        driver.send(Make.cancel(4, epoch: 2))
        driver.run()
        #expect(driver.record?.status == .canceled)
        try requested(2, &driver)
        #expect(driver.record?.status == .canceled)
        #expect(driver.told.last?.snapshot.epoch == 2)
    }

    @Test("the answer to a cancel shows what it did")
    func answer() throws {
        var bench = Bench<RunState>()
        bench.send(.requested(1, Make.proposal(try Make.run())), now: 0)
        bench.endWrite(.committed, now: 0)
        _ = bench.takeActions()
        bench.send(Make.cancel(4), now: 1)
        bench.endWrite(.committed, now: 1)
        let answers = bench.takeActions().compactMap { action in
            if case .reply(4, .done(let run)) = action { run.status } else { nil }
        }
        #expect(answers == [.canceled])
    }
}

extension RunRecord {
    /// Before the store gave it the identity of a write.
    fileprivate var unwritten: RunRecord {
        var record = self
        record.writeID = 0
        return record
    }
}
