/// One lane's allowance: its sliding window, its concurrency, and who uses it now.
struct CallLaneState: Sendable {
    private var rate: RateWindow?
    private var cap: ConcurrencyCap
    private(set) var inFlight = 0
    /// Assets of all jobs that could start at once.
    var hungry = 0
    /// Of calls that the provider answered, in milliseconds; recent ones weigh more.
    private var usualDuration: Double?
    private let limits: ProviderLimits

    init(_ limits: ProviderLimits) {
        self.limits = limits
        rate = limits.calls.map { RateWindow(limit: $0, window: limits.window) }
        cap = ConcurrencyCap(configured: limits.concurrency)
    }

    mutating func hasRoom(now: Milliseconds) -> Bool {
        hasConcurrency && rate?.hasRoom(now: now) ?? true
    }

    private var hasConcurrency: Bool { cap.value.map { inFlight < $0 } ?? true }

    mutating func give(_ number: UInt64) {
        inFlight += 1
        rate?.give(number)
    }

    mutating func sent(_ number: UInt64, now: Milliseconds) { rate?.sent(number, now: now) }

    /// - Parameter duration: since the permit was given.
    /// - Returns: the new cap, if the provider's complaint lowered it.
    mutating func ended(_ number: UInt64, _ end: CallEnd, duration: Milliseconds, nextNumber: UInt64) -> Int? {
        let before = inFlight
        inFlight -= 1
        rate?.takeBack(number)
        switch end {
        case .answered:
            cap.answered()
            usualDuration = usualDuration.map { $0 * 0.9 + Double(duration) * 0.1 } ?? Double(duration)
        case .limited:
            let old = cap.value
            cap.limited(number, inFlight: before, nextNumber: nextNumber)
            if cap.value != old { return cap.value }
        case .down, .neutral: break
        }
        return nil
    }

    /// Calls a millisecond that may begin; nil for as many as one likes.
    var throughput: Double? {
        let byRate = limits.calls.map { Double($0) / Double(limits.window) }
        let byConcurrency = usualDuration.flatMap { usual in cap.value.map { Double($0) / max(1, usual) } }
        guard let byRate else { return byConcurrency }
        return min(byRate, byConcurrency ?? .infinity)
    }

    /// When a place comes free by itself; nil if only the end of a call can help.
    var nextRoom: Milliseconds? { hasConcurrency ? rate?.nextRoom : nil }
}
