import Testing

@testable import JobModel

@Suite("The concurrency cap")
struct GateCapTests {
    @Test("one complaint costs one place, a burst half of them, however many complain")
    func burst() {
        var cap = ConcurrencyCap(configured: nil)
        #expect(cap.value == nil)
        cap.limited(5, inFlight: 20, nextNumber: 21)
        #expect(cap.value == 19)
        for number in 6...20 as ClosedRange<UInt64> { cap.limited(number, inFlight: 15, nextNumber: 21) }
        #expect(cap.value == 10)
        for number in 21...40 as ClosedRange<UInt64> { cap.limited(number, inFlight: 10, nextNumber: 41) }
        #expect(cap.value == 5)
    }

    @Test("is raised by one in a round, and goes when twice what was complained of went well")
    func recovery() {
        var cap = ConcurrencyCap(configured: nil)
        for number in 1...8 as ClosedRange<UInt64> { cap.limited(number, inFlight: 8, nextNumber: 9) }
        #expect(cap.value == 4)
        for _ in 0..<5 { cap.answered() }
        #expect(cap.value == 5)
        var rounds = 0
        while let value = cap.value, rounds < 100 {
            for _ in 0..<value { cap.answered() }
            rounds += 1
        }
        // From 5 to 16.
        #expect((9...14).contains(rounds))
    }

    @Test("stays between 1 and the operator's, whatever comes", arguments: 1...20 as ClosedRange<UInt64>)
    func bounds(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let configured = generator.pick([1, 2, 7, 30])
        var cap = ConcurrencyCap(configured: configured)
        for number in 1...2_000 as ClosedRange<UInt64> {
            if generator.chance(50) {
                cap.answered()
            } else {
                let inFlight = Int.random(in: 1...configured, using: &generator)
                cap.limited(number, inFlight: inFlight, nextNumber: number + UInt64(inFlight))
            }
            let value = try #require(cap.value)
            try #require((1...configured).contains(value), "seed \(seed)")
        }
        for _ in 0..<2_000 { cap.answered() }
        #expect(cap.value == configured)
    }

    @Test(
        "a provider that turns down one call in ten is still asked several at a time",
        arguments: 1...5 as ClosedRange<UInt64>)
    func complaintsWithoutLoad(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var cap = ConcurrencyCap(configured: 20)
        var sum = 0
        for number in 1...10_000 as ClosedRange<UInt64> {
            let value = cap.value ?? 20
            sum += value
            if generator.chance(10) {
                cap.limited(number, inFlight: value, nextNumber: number + UInt64(value))
            } else {
                cap.answered()
            }
        }
        #expect((7 * 10_000)...(13 * 10_000) ~= sum, "seed \(seed): \(sum)")
    }
}

@Suite("The circuit breaker")
struct GateBreakerTests {
    private func broken(at now: Milliseconds = 0) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for number in 1...UInt64(CircuitBreaker.failuresToOpen) { _ = breaker.ended(number, .down, now: now) }
        return breaker
    }

    @Test("only failures one after another open it")
    func opens() {
        for interruption in [CallEnd.answered, .limited] {
            var breaker = CircuitBreaker()
            for _ in 0..<4 { #expect(breaker.ended(1, .down, now: 0) == .none) }
            #expect(breaker.ended(1, interruption, now: 0) == .none)
            for _ in 0..<4 { #expect(breaker.ended(1, .down, now: 0) == .none) }
            #expect(breaker.ended(1, .neutral, now: 0) == .none)
            #expect(breaker.ended(1, .down, now: 10) == .opened(until: 2_010))
        }
    }

    @Test("open, it lets one through when its pause is over, and no other until that one has ended")
    func probe() {
        var breaker = broken()
        #expect(!breaker.mayPass(now: 1_999) && breaker.mayPass(now: 2_000))
        #expect(breaker.reopensAt == 2_000)
        let (first, second) = (breaker.passed(9), breaker.passed(10))
        #expect(first && !second && breaker.state == .probing(9))
        #expect(!breaker.mayPass(now: 2_000) && !breaker.mayPass(now: 1_000_000))
        #expect(breaker.reopensAt == nil)
    }

    @Test("each end of a call in each state", arguments: [CallEnd.answered, .limited, .down, .neutral])
    func table(end: CallEnd) {
        let isGood = end == .answered || end == .limited
        var open = broken()
        #expect(open.ended(3, end, now: 100) == (isGood ? .closed : .none))
        #expect(open.state == (isGood ? .closed : .open(until: 2_000)))
        var other = broken()
        _ = other.passed(9)
        #expect(other.ended(3, end, now: 5_000) == (isGood ? .closed : .none))
        #expect(other.state == (isGood ? .closed : .probing(9)))
        var probe = broken()
        _ = probe.passed(9)
        let change = probe.ended(9, end, now: 5_000)
        switch end {
        case .answered, .limited:
            #expect(change == .closed && probe.isClosed)
        case .down:
            #expect(change == .opened(until: 9_000) && probe.state == .open(until: 9_000))
        case .neutral:
            // It told nothing: the next may try at once.
            #expect(change == .none && probe.mayPass(now: 5_000))
        }
        // A probe that was given before the provider was heard of changes nothing any more.
        #expect(!isGood || other.ended(9, .neutral, now: 6_000) == .none)
        #expect(!isGood || other.isClosed)
    }

    @Test("each pause is twice the one before, up to 30 s; success makes the next one short again")
    func pauses() {
        var breaker = broken()
        var (now, number): (Milliseconds, UInt64) = (2_000, 100)
        var pauses: [Milliseconds] = []
        for _ in 0..<6 {
            _ = breaker.passed(number)
            guard case .opened(let until) = breaker.ended(number, .down, now: now) else { break }
            pauses.append(until - now)
            (now, number) = (until, number + 1)
        }
        #expect(pauses == [4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
        _ = breaker.passed(number)
        #expect(breaker.ended(number, .answered, now: now) == .closed)
        for _ in 0..<4 { #expect(breaker.ended(number, .down, now: now) == .none) }
        #expect(breaker.ended(number, .down, now: now) == .opened(until: now + 2_000))
    }

    @Test("what each end of a call says of the provider")
    func ends() {
        #expect(CallEnd(Make.made(1)) == .answered)
        let expected: [MediaError.Kind: CallEnd] = [
            .network: .down, .timeout: .down, .outcomeUnknown: .down, .rateLimited: .limited,
            .quotaExhausted: .answered, .providerFailure: .down, .refused: .answered, .unusableOutput: .answered,
            .invalidRequest: .answered, .unauthorized: .answered, .notFound: .answered, .deadline: .neutral,
            .canceled: .neutral, .internalFailure: .neutral,
        ]
        for kind in MediaError.Kind.allCases {
            #expect(CallEnd(Make.error(kind)) == expected[kind], "\(kind)")
        }
        #expect(CallEnd(MediaError(.providerFailure, "no", isRetryable: false)) == .answered)
    }
}
