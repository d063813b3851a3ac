import Testing

@testable import JobModel

@Suite("Retry policy")
struct RetryPolicyTests {
    private static let retryable: Set<MediaError.Kind> = [
        .network, .timeout, .outcomeUnknown, .rateLimited, .providerFailure, .unusableOutput,
    ]
    private static let long: Milliseconds = 1_000_000

    @Test("kinds by attempts", arguments: MediaError.Kind.allCases, 1...5)
    func table(kind: MediaError.Kind, attempt: Int) {
        let decision = RetryPolicy(hasJitter: false)
            .decide(after: Make.error(kind), attempt: attempt, timeLeft: Self.long, dice: 0)
        let waits: [Milliseconds] = [2_000, 4_000, 8_000]
        if kind == .refused {
            #expect(decision == .park)
        } else if Self.retryable.contains(kind), attempt < 4 {
            #expect(decision == .retry(after: waits[attempt - 1]))
        } else {
            #expect(decision == .fail)
        }
    }

    @Test("the adapter's word outranks the kind's habit")
    func adapterDecides() {
        let policy = RetryPolicy(hasJitter: false)
        let final = MediaError(.providerFailure, "the account is closed", isRetryable: false)
        #expect(policy.decide(after: final, attempt: 1, timeLeft: Self.long, dice: 0) == .fail)
        let soft = MediaError(.notFound, "the model is being rolled out", isRetryable: true)
        #expect(policy.decide(after: soft, attempt: 1, timeLeft: Self.long, dice: 0) == .retry(after: 2_000))
    }

    @Test("full jitter lies between nothing and the ceiling, and uses all of it", arguments: 1...8)
    func jitter(attempt: Int) {
        let ceilings: [Milliseconds] = [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]
        let policy = RetryPolicy()
        var generator = SeededGenerator(seed: UInt64(attempt))
        let waits = (0..<2_000).map { _ in policy.backoff(afterAttempt: attempt, dice: generator.next()) }
        let ceiling = ceilings[attempt - 1]
        #expect(waits.allSatisfy { (0...ceiling).contains($0) })
        #expect((waits.min() ?? .max) < ceiling / 20)
        #expect((waits.max() ?? 0) > ceiling - ceiling / 20)
        let mean = waits.reduce(0, +) / Milliseconds(waits.count)
        #expect(abs(mean - ceiling / 2) < ceiling / 10)
    }

    @Test("the provider's hint is obeyed, and never shortened by jitter", arguments: [0, 1, .max] as [UInt64])
    func hint(dice: UInt64) {
        let error = Make.error(.rateLimited, retryAfter: 17_000)
        let decision = RetryPolicy().decide(after: error, attempt: 1, timeLeft: Self.long, dice: dice)
        #expect(decision == .retry(after: 17_000))
    }

    @Test func aShortHintDoesNotShortenTheBackoff() {
        let error = Make.error(.rateLimited, retryAfter: 1)
        let policy = RetryPolicy(hasJitter: false)
        #expect(policy.decide(after: error, attempt: 2, timeLeft: Self.long, dice: 0) == .retry(after: 4_000))
    }

    @Test func aHintTooLongIsNotWaitedFor() {
        let policy = RetryPolicy()
        let atMost = Make.error(.rateLimited, retryAfter: policy.longestHint)
        #expect(policy.decide(after: atMost, attempt: 1, timeLeft: Self.long, dice: 0) == .retry(after: 300_000))
        let over = Make.error(.rateLimited, retryAfter: policy.longestHint + 1)
        #expect(policy.decide(after: over, attempt: 1, timeLeft: Self.long, dice: 0) == .fail)
        #expect(
            policy.decide(after: Make.error(.rateLimited, retryAfter: .max), attempt: 1, timeLeft: .max, dice: 0)
                == .fail)
    }

    @Test func aWaitThatOutlastsTheDeadlineIsNoUse() {
        let policy = RetryPolicy(hasJitter: false)
        #expect(
            policy.decide(after: Make.error(.timeout), attempt: 1, timeLeft: 2_001, dice: 0) == .retry(after: 2_000))
        #expect(policy.decide(after: Make.error(.timeout), attempt: 1, timeLeft: 2_000, dice: 0) == .fail)
    }

    @Test("the profiles of systems B, C and D")
    func profiles() {
        func waits(_ policy: RetryPolicy, _ count: Int) -> [Milliseconds] {
            (1...count).map { policy.backoff(afterAttempt: $0, dice: 12_345) }
        }
        let profileB = RetryPolicy(hasJitter: false)
        #expect(waits(profileB, 6) == [2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
        let profileC = RetryPolicy(maximumAttempts: 6, firstDelay: 1_000, maximumDelay: 10_000, hasJitter: false)
        #expect(waits(profileC, 5) == [1_000, 2_000, 4_000, 8_000, 10_000])
        let profileD = RetryPolicy(firstDelay: 5_000, hasJitter: false)
        #expect(waits(profileD, 3) == [5_000, 10_000, 20_000])
    }

    @Test("no setting makes it trap", arguments: [0, 1, 2, 1e300, .infinity, .nan, -3] as [Double])
    func strangeSettings(factor: Double) {
        let policies = [
            RetryPolicy(maximumAttempts: -1, firstDelay: -5, factor: factor, maximumDelay: -9),
            RetryPolicy(maximumAttempts: .max, firstDelay: .max / 2, factor: factor, maximumDelay: .max / 2),
            RetryPolicy(firstDelay: 1, factor: factor, hasJitter: false),
        ]
        for policy in policies {
            #expect(policy.maximumAttempts >= 1)
            for attempt in [-1, 0, 1, 2, 63, 64, 65, .max] {
                let wait = policy.backoff(afterAttempt: attempt, dice: .max)
                #expect(wait >= 0 && wait <= policy.maximumDelay)
            }
        }
    }

    @Test("an asset is tried so often and no more, and says why it failed")
    func attemptsEnd() throws {
        let limits = RunLimits(retry: RetryPolicy(maximumAttempts: 3, hasJitter: false))
        var driver = RunDriver.accepted(try Make.run(limits: limits, assets: Make.assets(evidence: 1, locations: 0))) {
            $0.call = { _, attempt in (1_000, .failed(Make.error(attempt == 3 ? .rateLimited : .network))) }
        }
        driver.run()
        #expect(driver.starts.map(\.attempt) == [1, 2, 3])
        #expect(driver.starts.map(\.at) == [0, 3_000, 8_000])
        let asset = try #require(driver.asset("evidence-1"))
        #expect((asset.state, asset.attempts, asset.error?.kind) == (.failed, 3, .rateLimited))
    }

    @Test("a refusal parks one slot and the others finish")
    func refusalParks() throws {
        var driver = RunDriver.accepted(try Make.run()) {
            $0.call = { id, _ in
                (1_000, id.text == "evidence-3" ? .failed(Make.error(.refused)) : Make.made(id))
            }
        }
        driver.run()
        #expect(driver.asset("evidence-3")?.state == .needsPromptUpdate)
        #expect(driver.starts.count == 14)
        #expect(driver.record?.status == .partial)
        #expect(driver.told.last?.snapshot.failedIDs.map(\.text) == ["evidence-3"])
    }

    @Test("a call that was in flight when the process died is repeated, but not for ever", arguments: 0..<4)
    func crashesDuringACall(earlier: Int) throws {
        var assets = try Make.assets(evidence: 1, locations: 0)
        assets[0].state = .generating
        assets[0].attempts = 1
        assets[0].startedAt = 0
        assets[0].crashes = earlier
        var record = try Make.run(assets: assets)
        record.firstCallAt = 0
        var state = RunState.loaded(record, now: 60_000)
        _ = state.apply(.resumed, now: 60_000, dice: 1_500)
        let asset = state.record.assets[0]
        #expect(asset.crashes == earlier + 1)
        let isPoison = earlier + 1 >= RunState.crashLimit
        #expect(asset.state == (isPoison ? .failed : .retrying))
        #expect(asset.error?.kind == (isPoison ? .internalFailure : .outcomeUnknown))
        #expect(asset.error?.phase == .afterSend)
    }
}
