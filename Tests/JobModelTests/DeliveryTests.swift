import Testing

@testable import JobModel

@Suite("Delivery of one snapshot")
struct DeliveryTests {
    private static let down = DeliveryAnswer.failed(reason: "503", retryAfter: nil)

    /// A run with one asset whose webhooks all end alike.
    private func driver(
        _ limits: RunLimits = RunLimits(), evidence: Int = 1, callTakes: Milliseconds = 1_000,
        answer: @escaping (Snapshot) -> DeliveryAnswer
    ) throws -> RunDriver {
        let record = try Make.run(limits: limits, assets: Make.assets(evidence: evidence, locations: 0))
        return RunDriver.accepted(record) {
            $0.call = { id, _ in (callTakes, Make.made(id)) }
            $0.delivery = { (0, answer($0)) }
        }
    }

    @Test("a progress snapshot is tried three times, then the next one has its turn")
    func progressTries() throws {
        var driver = try driver(callTakes: 50_000) { $0.isFinal ? .accepted(stopBy: nil) : Self.down }
        driver.run()
        #expect(driver.told.map(\.at) == [0, 1_000, 3_000, 50_000])
        #expect(Set(driver.told.dropLast().map(\.snapshot.version)).count == 1)
        #expect(driver.record?.delivery.acknowledged == driver.record?.version)
        #expect(driver.record?.isAtRest == true)
    }

    @Test("after the last try of one the next waits four seconds")
    func pauseBeforeTheNext() throws {
        var driver = try driver(callTakes: 4_000) { $0.isFinal ? .accepted(stopBy: nil) : Self.down }
        driver.run()
        #expect(driver.told.map(\.at) == [0, 1_000, 3_000, 7_000])
    }

    @Test("the final snapshot is tried for 75 hours, then it is a dead letter")
    func finalSchedule() throws {
        var driver = try driver { $0.isFinal ? Self.down : .accepted(stopBy: nil) }
        driver.run()
        let finals = driver.told.filter(\.snapshot.isFinal)
        #expect(finals.count == 10)
        let lasted = try #require(finals.last).at - finals[0].at
        #expect(lasted == 272_105_000)
        #expect((75.0...76.0).contains(Double(lasted) / 3_600_000))
        #expect(driver.record?.delivery.end == .deadLetter(reason: "503"))
        #expect(driver.record?.isAtRest == true)
        // Kept where it can be sent again, and let go from memory.
        #expect(driver.bench.stored?.record.delivery.end == .deadLetter(reason: "503"))
        #expect(driver.bench.mailroom.count == 0)
    }

    @Test("up to a tenth is added to a wait, nothing taken away", arguments: 1...9)
    func jitter(tries: Int) throws {
        let least = try #require(DeliveryPolicy.delay(afterTry: tries, isFinal: true, retryAfter: nil, dice: 0))
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let dice = generator.next()
            let delay = try #require(DeliveryPolicy.delay(afterTry: tries, isFinal: true, retryAfter: nil, dice: dice))
            #expect((least...(least + least / 10)).contains(delay))
        }
    }

    @Test("Retry-After is obeyed, bounded by a day")
    func retryAfter() {
        func delay(_ hint: Milliseconds) -> Milliseconds? {
            DeliveryPolicy.delay(afterTry: 1, isFinal: false, retryAfter: hint, dice: 0)
        }
        #expect(delay(30_000) == 30_000)
        #expect(delay(10) == 1_000)
        #expect(delay(-5) == 1_000)
        #expect(delay(.max) == 86_400_000)
    }

    @Test("a receiver that puts us off is left alone until then, by every version")
    func retryAfterHoldsBackTheNext() throws {
        var isFirst = true
        let record = try Make.run(assets: Make.assets(evidence: 1, locations: 0))
        var driver = RunDriver.accepted(record) {
            $0.delivery = { _ in
                defer { isFirst = false }
                return (0, isFirst ? .failed(reason: "429", retryAfter: 20_000) : .accepted(stopBy: nil))
            }
        }
        driver.run()
        #expect(driver.told.map(\.at) == [0, 20_000])
        #expect(driver.told.last?.snapshot.isFinal == true)
    }

    @Test("410 ends all deliveries and not the run")
    func gone() throws {
        var driver = try driver(evidence: 7) { _ in .gone }
        driver.run()
        #expect(driver.told.count == 1)
        #expect(driver.record?.status == .completed)
        #expect(driver.record?.delivery.end == .gone)
        #expect(driver.record?.isAtRest == true)
    }

    @Test("another 4xx gives up that delivery; the run goes on and the next one is told")
    func refused() throws {
        var driver = try driver { $0.isFinal ? .accepted(stopBy: nil) : .refused(reason: "404") }
        driver.run()
        #expect(driver.told.map(\.snapshot.isFinal) == [false, true])
        #expect(driver.record?.delivery.end == nil)
        var other = try self.driver { _ in .refused(reason: "404") }
        other.run()
        #expect(other.record?.delivery.end == .deadLetter(reason: "404"))
        #expect(other.record?.status == .completed)
    }

    @Test("a higher epoch at the receiver starts nothing more; what was in flight is told once, at the end")
    func superseded() throws {
        let record = try Make.run(artifactURL: Make.artifactURL)
        var driver = RunDriver.accepted(record) {
            $0.call = { id, _ in (3_000, Make.made(id)) }
            $0.delivery = { _ in (500, .superseded) }
        }
        driver.run()
        #expect(driver.starts.count == 5)
        #expect(driver.aborts.isEmpty)
        #expect(driver.record?.status == .canceled)
        #expect(driver.told.map(\.snapshot.isFinal) == [false, true])
        // Money spent is not thrown away: the five pictures reach the receiver.
        #expect(driver.told.last?.snapshot.madeCount == 5)
        #expect(driver.uploads.count == 5)
        #expect(driver.record?.delivery.end == .superseded)
        #expect(driver.record?.isAtRest == true)
    }

    @Test("one version is never told with two contents")
    func sameVersionSameContent() throws {
        let limits = RunLimits(retry: RetryPolicy(firstDelay: 10, hasJitter: false))
        let record = try Make.run(
            artifactURL: Make.artifactURL, limits: limits, assets: Make.assets(evidence: 2, locations: 0))
        var driver = RunDriver.accepted(record) {
            // Between two tries of one delivery the second attempt clears the error of the first, and nothing else of it
            // shows, for its picture is still on its way.
            $0.call = { id, attempt in
                if id.text == "evidence-2" { return (40_000, Make.made(id)) }
                return attempt == 1 ? (100, .failed(Make.error(.network))) : (1_500, Make.made(id))
            }
            $0.upload = { _ in (60_000, .accepted(stopBy: nil)) }
            $0.delivery = { _ in (0, Self.down) }
        }
        driver.run(until: 50_000)
        driver.delivery = { _ in (0, .accepted(stopBy: nil)) }
        driver.run()
        let contents = Dictionary(grouping: driver.told, by: \.snapshot.version)
        #expect(contents.values.allSatisfy { Set($0.map(\.snapshot)).count == 1 })
        #expect(driver.record?.status == .completed)
    }

    @Test("a redelivery by command starts the schedule anew, whether it had ended or waits")
    func redelivery() throws {
        var driver = try driver { $0.isFinal ? .refused(reason: "401") : .accepted(stopBy: nil) }
        driver.run()
        let before = driver.told.count
        driver.send(.redeliveryRequested(9))
        driver.run()
        #expect(driver.told.count == before + 1)
        driver.delivery = { _ in (0, Self.down) }
        driver.send(.redeliveryRequested(9))
        driver.run(until: driver.now + 10_000_000)
        let waiting = driver.told.count
        driver.delivery = { _ in (0, .accepted(stopBy: nil)) }
        driver.send(.redeliveryRequested(9))
        #expect(driver.told.count == waiting + 1)
        driver.run()
        #expect(driver.record?.delivery.acknowledged == driver.record?.version)
        #expect(driver.record?.delivery.end == nil)
        #expect(driver.replies.count { if case .done = $0 { true } else { false } } == 3)
        #expect(Set(driver.told.filter(\.snapshot.isFinal).map(\.snapshot)).count == 1)
    }

    @Test func redeliveryOfARunUnderWayChangesNothing() throws {
        var driver = try driver(evidence: 2) { _ in .accepted(stopBy: nil) }
        let told = driver.told.count
        driver.send(.redeliveryRequested(9))
        #expect(driver.told.count == told)
        driver.run()
        #expect(driver.record?.status == .completed)
    }

    @Test func messageIdsAreStableAndHoldNoDot() throws {
        var snapshot = try Make.run().snapshot()
        #expect(snapshot.messageID == "job_1-1-1")
        snapshot.jobID = try JobID("case.a.b")
        #expect(snapshot.messageID == "case_a_b-1-1")
    }
}
