import Testing

@testable import JobModel

@Suite("One provider after another")
struct ProviderChainTests {
    static let providers = [
        ProviderTerms(name: "first", model: "m1", prices: ["m1": 40]),
        ProviderTerms(name: "second", model: "m2", prices: ["m2": 7]),
        ProviderTerms(name: "local", model: "m3", prices: ["m3": 0]),
    ]

    static func record(
        _ count: Int = 1, attempts: Int = 2, providers: [ProviderTerms] = providers, fallsBackOnRefusal: Bool = false,
        isFallback: Bool = false, jobAttempts: Int? = nil, costLimit: Int64? = nil, artifactURL: String? = nil,
        window: Int = 5
    ) throws -> RunRecord {
        let limits = RunLimits(
            retry: RetryPolicy(maximumAttempts: attempts, firstDelay: 1_000, hasJitter: false), window: window,
            jobAttempts: jobAttempts, costLimit: costLimit)
        return RunRecord(
            jobID: try JobID("job_1"), owner: .local, caseID: try CaseID("case-1"), epoch: 1, claim: try Make.claim(1),
            stopBy: nil, specification: Make.hash(1), requestHash: Make.hash(7), webhookURL: Make.webhookURL,
            artifactURL: artifactURL, limits: limits, providers: providers, fallsBackOnRefusal: fallsBackOnRefusal,
            isFallback: isFallback, acceptedAt: 0, assets: try Make.assets(evidence: count, locations: 0))
    }

    /// A run whose calls end like this, one after another; the last end again and again.
    private func run(_ record: RunRecord, _ ends: [AttemptResult]) -> RunDriver {
        var driver = RunDriver.accepted(record) {
            $0.call = { _, attempt in (1_000, ends[min(attempt, ends.count) - 1]) }
        }
        driver.run()
        return driver
    }

    private func failed(_ kind: MediaError.Kind) -> AttemptResult { .failed(Make.error(kind)) }

    @Test("a permanent error is the next provider's turn at once")
    func permanentError() throws {
        let driver = run(try Self.record(), [failed(.unauthorized), Make.made(1)])
        let asset = try #require(driver.asset("evidence-1"))
        #expect(driver.lanes.map(\.provider) == ["first", "second"])
        #expect(driver.starts.map(\.at) == [0, 1_000])
        #expect(asset.state == .generated && asset.error == nil)
        #expect(asset.source?.isFallback == true)
        #expect(asset.source?.fallbackCause == FallbackCause(provider: "first", code: "unauthorized"))
        #expect(asset.attempts == 2 && asset.tries == 1)
    }

    @Test("retries are counted for each provider; what they come to is the sum")
    func exhaustedRetries() throws {
        let driver = run(try Self.record(attempts: 3), [failed(.timeout)])
        let asset = try #require(driver.asset("evidence-1"))
        #expect(driver.lanes.map(\.provider) == ["first", "second", "local"].flatMap { [$0, $0, $0] })
        #expect(driver.lanes.map(\.model).last == "m3")
        #expect(asset.state == .failed && asset.attempts == 9 && asset.tries == 3)
        #expect(asset.error?.kind == .timeout)
        #expect(asset.history.count == 18 && asset.history.map(\.state).last == .failed)
        #expect(AssetRun.historyKept(assets: 1) == 20 && AssetRun.historyKept(assets: 200) == 6)
        #expect(driver.record?.status == .failed)
    }

    @Test("the last one's failure is the error that is shown")
    func lastError() throws {
        let driver = run(try Self.record(), [failed(.unauthorized), failed(.notFound), failed(.invalidRequest)])
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == .failed && asset.error?.kind == .invalidRequest)
        #expect(asset.ends.map(\.code) == [.unauthorized, .notFound, .invalidRequest])
        #expect(asset.ends.map(\.lane.provider) == ["first", "second", "local"])
    }

    @Test("refused words stay with a person unless the job says otherwise", arguments: [false, true])
    func refusal(goesOn: Bool) throws {
        let driver = run(try Self.record(fallsBackOnRefusal: goesOn), [failed(.refused), Make.made(1)])
        let asset = try #require(driver.asset("evidence-1"))
        #expect(asset.state == (goesOn ? .generated : .needsPromptUpdate))
        #expect(asset.source?.fallbackCause?.code == (goesOn ? "refused" : nil))
        #expect(driver.lanes.count == (goesOn ? 2 : 1))
    }

    @Test func wordsThatAllRefuseAreParked() throws {
        let driver = run(try Self.record(fallsBackOnRefusal: true), [failed(.refused)])
        #expect(driver.asset("evidence-1")?.state == .needsPromptUpdate)
        #expect(driver.lanes.count == 3)
    }

    @Test("a run that somebody asked for as a fallback says so, without a cause")
    func manualFallback() throws {
        let driver = run(try Self.record(isFallback: true), [Make.made(1)])
        let source = try #require(driver.asset("evidence-1")?.source)
        #expect(source.isFallback && source.fallbackCause == nil)
        let first = run(try Self.record(), [Make.made(1)])
        #expect(first.asset("evidence-1")?.source?.isFallback == false)
    }

    @Test("a provider that is down is left at once by what waits, not by what is in flight")
    func circuitOpen() throws {
        var driver = RunDriver.accepted(try Self.record(3, window: 1)) {
            $0.call = { id, attempt in
                let isFlaky = id.text == "evidence-1" && attempt == 1
                return (10_000, isFlaky ? .failed(Make.error(.providerFailure)) : Make.made(id))
            }
        }
        driver.run(until: 5_000)
        driver.send(.circuitOpened(provider: "first"))
        #expect(driver.asset("evidence-1")?.provider == 0)
        #expect(driver.asset("evidence-2")?.fallbackCause == FallbackCause(provider: "first", code: "circuit_open"))
        driver.run()
        // What was in flight is tried again where it was.
        #expect(driver.lanes.map(\.provider) == ["first", "second", "first", "second"])
        #expect(driver.record?.status == .completed)
    }

    @Test("one that waits for its next try does not wait on")
    func circuitOpensInAWait() throws {
        var driver = RunDriver.accepted(try Self.record()) {
            $0.call = { _, attempt in
                let end =
                    attempt == 1 ? AttemptResult.failed(Make.error(.rateLimited, retryAfter: 60_000)) : Make.made(1)
                return (1_000, end)
            }
        }
        driver.run(until: 2_000)
        #expect(driver.asset("evidence-1")?.state == .retrying)
        driver.send(.circuitOpened(provider: "first"))
        driver.run()
        #expect(driver.starts.map(\.at) == [0, 2_000])
        #expect(driver.asset("evidence-1")?.source?.fallbackCause?.code == "circuit_open")
    }

    @Test("the last provider is waited for, down or not")
    func lastIsNotLeft() throws {
        var driver = RunDriver.accepted(try Self.record(2, providers: [Make.provider], window: 1))
        driver.send(.circuitOpened(provider: "test"))
        driver.run()
        #expect(driver.record?.status == .completed)
        #expect(driver.record?.assets.allSatisfy { $0.source?.isFallback == false } == true)
    }

    @Test("a gate whose breaker is open sends the run to the next provider")
    func breaker() throws {
        let record = try Self.record(14, attempts: 8)
        var driver = RunDriver(now: 0)
        driver.gate = CallGate { _ in ProviderLimits() }
        let isUp: (Int) -> Bool = { $0 > 1 }
        driver.call = { id, attempt in (100, isUp(attempt) ? Make.made(id) : .failed(Make.error(.network))) }
        driver.send(.requested(1, Make.proposal(record)))
        driver.run()
        #expect(driver.record?.status == .completed)
        let causes = driver.record?.assets.compactMap(\.source?.fallbackCause) ?? []
        #expect(causes.contains(FallbackCause(provider: "first", code: "circuit_open")))
        #expect(causes.allSatisfy { $0.code == "circuit_open" })
    }
}
