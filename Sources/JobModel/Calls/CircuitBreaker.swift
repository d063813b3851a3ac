/// Keeps calls from a provider that is down. Closed, it counts failures in a row; open, it lets none through; half open,
/// a single probe decides.
struct CircuitBreaker: Sendable {
    enum State: Hashable, Sendable {
        case closed
        case open(until: Milliseconds)
        /// The permit of the call that tries.
        case probing(UInt64)
    }

    /// What an end of a call did.
    enum Change: Hashable, Sendable {
        case none
        case opened(until: Milliseconds)
        case closed
    }

    private(set) var state = State.closed
    private var failures = 0
    private var length = CircuitBreaker.firstPause

    static let failuresToOpen = 5
    static let firstPause: Milliseconds = 2_000
    static let longestPause: Milliseconds = 30_000

    /// Whether a call may be given out now; of a half-open one, only the first.
    func mayPass(now: Milliseconds) -> Bool {
        switch state {
        case .closed: true
        case .open(let until): now >= until
        case .probing: false
        }
    }

    /// Called for each permit that is given out.
    /// - Returns: whether it is the probe.
    @discardableResult
    mutating func passed(_ number: UInt64) -> Bool {
        guard case .open = state else { return false }
        state = .probing(number)
        return true
    }

    mutating func ended(_ number: UInt64, _ end: CallEnd, now: Milliseconds) -> Change {
        switch end {
        case .answered, .limited: return succeeded()
        case .down: return failed(number, now: now)
        case .neutral:
            // The probe told nothing: the next call is one.
            if state == .probing(number) { state = .open(until: now) }
            return .none
        }
    }

    var isClosed: Bool { state == .closed }

    var reopensAt: Milliseconds? {
        if case .open(let until) = state { until } else { nil }
    }

    private mutating func succeeded() -> Change {
        failures = 0
        length = CircuitBreaker.firstPause
        guard state != .closed else { return .none }
        state = .closed
        return .closed
    }

    private mutating func failed(_ number: UInt64, now: Milliseconds) -> Change {
        failures += 1
        switch state {
        case .probing(number):
            length = min(length * 2, CircuitBreaker.longestPause)
            return open(now: now)
        case .closed where failures >= CircuitBreaker.failuresToOpen:
            return open(now: now)
        case .closed, .open, .probing: return .none
        }
    }

    private mutating func open(now: Milliseconds) -> Change {
        state = .open(until: now + length)
        return .opened(until: now + length)
    }
}
