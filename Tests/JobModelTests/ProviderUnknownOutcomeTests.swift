import Testing

@testable import JobModel

@Suite("Calls whose end nobody knows")
struct ProviderUnknownOutcomeTests {
    private static let unknown = AttemptResult.failed(Make.error(.outcomeUnknown, phase: .afterSend))

    private func record(_ policy: UnknownOutcomePolicy, attempts: Int = 3) throws -> RunRecord {
        try ProviderChainTests.record(
            attempts: attempts,
            providers: [ProviderTerms(name: "test", model: "m", unknownOutcome: policy, prices: ["m": 40])])
    }

    /// - Parameter ends: of calls and questions, one after another; the last again and again.
    private func driver(_ record: RunRecord, named: String?, _ ends: [AttemptResult]) throws -> RunDriver {
        let call = try named.map { try RemoteCall(provider: "test", id: $0) }
        var count = 0
        return RunDriver.accepted(record) {
            $0.remote = { _, _ in call }
            $0.call = { _, _ in
                count += 1
                return (1_000, ends[min(count, ends.count) - 1])
            }
        }
    }

    @Test("is repeated under `retry`, at the risk of paying twice, which is written down")
    func retry() throws {
        var driver = try driver(record(.retry), named: nil, [Self.unknown, Make.made(1)])
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == .generated && asset.attempts == 2)
        #expect(asset.cost == AssetCost(micros: 0, possiblyBilled: 1, possibleMicros: 40))
        #expect(asset.history.map(\.state) == [.generating, .retrying, .generating, .generated])
        #expect(asset.ends.first?.phase == .afterSend)
    }

    @Test("is left to a person under `hold`, and the job ends without it")
    func hold() throws {
        var driver = try driver(record(.hold), named: nil, [Self.unknown, Make.made(1)])
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == .held && asset.attempts == 1 && asset.error?.kind == .outcomeUnknown)
        #expect(asset.cost.possiblyBilled == 1 && driver.record?.isFinished == true)
    }

    @Test("a timeout before anything was sent is no such call")
    func beforeSend() throws {
        let early = AttemptResult.failed(Make.error(.timeout, phase: .beforeSend))
        var driver = try driver(record(.hold), named: nil, [early, Make.made(1)])
        driver.run()
        #expect(driver.asset("evidence-1")?.state == .generated)
        #expect(driver.asset("evidence-1")?.cost == AssetCost())
    }

    @Test("is asked about by its name; a question is no attempt, and its answer settles the money", arguments: [1, 3])
    func asked(attempts: Int) throws {
        let found = AttemptResult.made(
            Make.picture(1), AssetSource(provider: "test", model: "m", costMicros: 40), [1])
        var driver = try driver(
            record(.hold, attempts: attempts), named: "call-1", [Self.unknown, Self.unknown, found])
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == .generated && asset.attempts == 1 && asset.tries == 1 && asset.starts == 3)
        #expect(driver.questions.map(\.id) == ["call-1", "call-1"])
        #expect(asset.cost == AssetCost(micros: 40))
        #expect(asset.openCall == nil && !asset.isAsking)
        #expect(asset.ends.map(\.isQuestion) == [nil, true, true])
    }

    @Test("an answer that nothing came of it makes room for a new call")
    func nothingCame() throws {
        var driver = try driver(
            record(.hold), named: "call-1", [Self.unknown, .failed(Make.error(.providerFailure)), Make.made(1)])
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == .generated && asset.attempts == 2)
        #expect(asset.cost == AssetCost())
        #expect(driver.questions.count == 1)
    }

    @Test("is not asked about for ever", arguments: UnknownOutcomePolicy.allCases)
    func givesUp(policy: UnknownOutcomePolicy) throws {
        var driver = try driver(record(policy, attempts: 2), named: "call-1", [Self.unknown])
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        let calls = policy == .hold ? 1 : 2
        #expect(asset.state == (policy == .hold ? .held : .failed))
        #expect(asset.attempts == calls && driver.questions.count == calls * RunState.asksAtMost)
        #expect(asset.cost == AssetCost(possiblyBilled: calls, possibleMicros: Int64(calls) * 40))
    }

    @Test("is asked about by the process that comes after a crash", arguments: [UnknownOutcomePolicy.retry, .hold])
    func afterACrash(policy: UnknownOutcomePolicy) throws {
        var driver = try driver(record(policy), named: "call-1", [Make.made(1)])
        driver.run(until: 500)
        #expect(driver.asset("evidence-1")?.openCall?.id == "call-1")
        driver.restart(at: 5_000)
        driver.run(until: 5_000)
        #expect(driver.asset("evidence-1")?.cost.possiblyBilled == 1)
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        #expect(driver.questions.map(\.id) == ["call-1"])
        #expect(asset.state == .generated && asset.attempts == 1 && asset.crashes == 1)
        #expect(asset.cost.possiblyBilled == 0 && asset.cost.possibleMicros == 0)
    }

    @Test("without a name, the policy decides after a crash, too", arguments: [UnknownOutcomePolicy.retry, .hold])
    func namelessCrash(policy: UnknownOutcomePolicy) throws {
        var driver = try driver(record(policy), named: nil, [Make.made(1)])
        driver.run(until: 500)
        driver.restart(at: 5_000)
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == (policy == .hold ? .held : .generated))
        #expect(asset.cost == AssetCost(possiblyBilled: 1, possibleMicros: 40))
    }

    @Test("a crash in the middle of a question counts its call once")
    func crashWhileAsking() throws {
        var driver = try driver(record(.retry), named: "call-1", [Self.unknown, Make.made(1)])
        driver.run(until: 1_000)
        while driver.questions.isEmpty { driver.run(until: driver.now + 100) }
        #expect(driver.asset("evidence-1")?.isAsking == true)
        driver.restart(at: 60_000)
        #expect(driver.asset("evidence-1")?.cost.possiblyBilled == 1)
        driver.run()
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == .generated && asset.attempts == 1)
        #expect(asset.cost.possiblyBilled == 0 && asset.cost.possibleMicros == 0)
    }

    @Test("an asset's call is its provider's to be asked about even when that one is down")
    func openCallIsNotLeft() throws {
        let record = try ProviderChainTests.record(attempts: 3)
        let call = try RemoteCall(provider: "first", id: "call-1")
        var driver = RunDriver.accepted(record) {
            $0.remote = { _, _ in call }
            $0.call = { _, _ in (1_000, Self.unknown) }
        }
        driver.run(until: 1_500)
        #expect(driver.asset("evidence-1")?.state == .retrying)
        driver.send(.circuitOpened(provider: "first"))
        #expect(driver.asset("evidence-1")?.provider == 0)
        #expect(driver.asset("evidence-1")?.openCall == call)
    }
}
