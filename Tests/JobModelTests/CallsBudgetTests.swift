import Testing

@testable import JobModel

@Suite("What a run's calls cost, how many there may be, and waiting for them")
struct CallsBudgetTests {
    @Test("what a failed call costs for certain is added up with what pictures cost")
    func certainCosts() throws {
        var billed = Make.error(.unusableOutput)
        billed.costMicros = 40
        var driver = RunDriver.accepted(try ProviderChainTests.record(attempts: 3)) {
            $0.call = { _, attempt in
                let source = AssetSource(provider: "first", model: "m1", costMicros: 39)
                return (1_000, attempt < 3 ? .failed(billed) : .made(Make.picture(1), source, [1]))
            }
        }
        driver.run()
        #expect(driver.asset("evidence-1")?.cost == AssetCost(micros: 119))
        #expect(driver.asset("evidence-1")?.ends.map(\.costMicros) == [40, 40, 39])
        #expect(driver.record?.snapshot().assets.first?.cost == AssetCost(micros: 119))
    }

    @Test(
        "a job's budget bounds all its calls, first ones and other providers' included", arguments: [1, 3, 5, 14, 20])
    func budget(calls: Int) throws {
        var driver = RunDriver.accepted(try ProviderChainTests.record(5, attempts: 4, jobAttempts: calls)) {
            $0.call = { _, _ in (1_000, .failed(Make.error(.providerFailure))) }
        }
        driver.run()
        #expect(driver.starts.count == calls)
        #expect(driver.record?.status == .failed)
        #expect(driver.record?.assets.reduce(0) { $0 + $1.attempts } == calls)
        #expect(driver.record?.assets.allSatisfy { $0.error != nil } == true)
    }

    @Test("a budget that is enough changes nothing, and one that is not keeps what was made")
    func budgetWithPictures() throws {
        for (calls, made) in [(5, 5), (3, 3)] {
            var driver = RunDriver.accepted(try ProviderChainTests.record(5, jobAttempts: calls)) {
                $0.call = { id, _ in (1_000, Make.made(id)) }
            }
            driver.run()
            #expect(driver.record?.assets.count { $0.state == .generated } == made)
            #expect(driver.starts.count == made)
            #expect(driver.record?.status == (made == 5 ? .completed : .partial))
        }
    }

    @Test("a question is asked though the budget is spent")
    func questionsAreFree() throws {
        let call = try RemoteCall(provider: "first", id: "call-1")
        var isFirst = true
        var driver = RunDriver.accepted(try ProviderChainTests.record(attempts: 1, jobAttempts: 1)) {
            $0.remote = { _, _ in call }
            $0.call = { _, _ in
                defer { isFirst = false }
                return (1_000, isFirst ? .failed(Make.error(.outcomeUnknown, phase: .afterSend)) : Make.made(1))
            }
        }
        driver.run()
        #expect(driver.asset("evidence-1")?.state == .generated)
    }

    @Test("the first webhook leaves at the first call", arguments: [nil, Make.artifactURL])
    func firstWebhook(artifactURL: String?) throws {
        var driver = RunDriver.accepted(try ProviderChainTests.record(14, artifactURL: artifactURL)) {
            $0.call = { id, _ in (30_000, Make.made(id)) }
        }
        driver.run(until: 1_000)
        let first = try #require(driver.told.first)
        #expect(first.at == 0 && first.snapshot.status == .generating)
        #expect(first.snapshot.assets.count { $0.status == .generating } == 5)
        #expect(driver.told.count == 1)
    }

    @Test("its place in the queue is told only to receivers that can read it", arguments: [nil, Make.artifactURL])
    func queuePlace(artifactURL: String?) throws {
        var driver = RunDriver(now: 0)
        driver.gate = CallGate { _ in ProviderLimits(concurrency: 1) }
        let other = GateDesk.demand(now: 1, left: 1, lane: CallLane(provider: "first", model: "m1"))
        let taken = driver.gate.demand(
            other, of: try JobID("before"), owner: .local, acceptedAt: -1, now: 0)
        driver.send(.requested(1, Make.proposal(try ProviderChainTests.record(artifactURL: artifactURL))))
        driver.run(until: 100)
        #expect(driver.starts.isEmpty)
        #expect(driver.record?.queue?.ahead == (artifactURL == nil ? nil : 0))
        #expect(driver.told.map(\.snapshot.queue?.ahead) == (artifactURL == nil ? [] : [0]))
        guard case .grant(_, let permits)? = taken.first, let permit = permits.first else {
            Issue.record("the other job was given nothing")
            return
        }
        let (_, actions) = driver.gate.ended(permit, .answered, now: 100)
        #expect(actions.contains { if case .grant = $0 { true } else { false } })
        for case .grant(_, let given) in actions { driver.send(.permitted(given)) }
        #expect(driver.starts.count == 1 && driver.record?.queue == nil)
        driver.send(.queued(ahead: 7))
        #expect(driver.record?.queue == nil, "it has begun")
    }

    @Test("canceled while it waits, it gives everything back")
    func cancelWhileWaiting() throws {
        var driver = RunDriver(now: 0)
        driver.gate = CallGate { _ in ProviderLimits(concurrency: 2) }
        driver.call = { id, _ in (10_000, Make.made(id)) }
        driver.send(.requested(1, Make.proposal(try ProviderChainTests.record(14))))
        driver.run(until: 1_000)
        #expect(driver.gate.inFlight == 2)
        driver.send(Make.cancel(2))
        driver.run()
        #expect(driver.record?.status == .canceled && driver.starts.count == 2)
        #expect(driver.gate.isEmpty)
        driver.send(.permitted(Make.permits(3)))
        #expect(driver.starts.count == 2)
    }
}
