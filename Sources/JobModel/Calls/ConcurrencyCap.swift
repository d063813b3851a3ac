/// How many calls may be in flight at one time: one less for each complaint of the provider, at most halved by one burst
/// of them, then raised by about one for each round of calls that went well, as TCP does.
///
/// (Halved by every burst, it would be held near 4 by a provider that turns down one call in ten whatever we do.)
struct ConcurrencyCap: Sendable {
    /// The operator's; nil for none.
    private let configured: Int?
    /// nil while the provider has not complained.
    private var learned: Double?
    /// The most that were in flight when it complained: doubled without complaint, the cap goes.
    private var ceiling = 0.0
    /// Calls given before this number were already under way when the present burst began, which takes no more than half.
    private var burstEnd: UInt64 = 0
    private var half = 1.0

    init(configured: Int?) { self.configured = configured }

    var value: Int? {
        guard let learned else { return configured }
        return min(max(1, Int(learned)), configured ?? .max)
    }

    mutating func limited(_ number: UInt64, inFlight: Int, nextNumber: UInt64) {
        if learned == nil || number >= burstEnd { beginBurst(inFlight: inFlight, nextNumber: nextNumber) }
        learned = learned.map { max(half, $0 - 1) }
    }

    private mutating func beginBurst(inFlight: Int, nextNumber: UInt64) {
        let present = learned ?? Double(max(1, inFlight))
        burstEnd = nextNumber
        ceiling = learned == nil ? present : max(present, ceiling)
        half = max(1, (present / 2).rounded(.down))
        learned = present
    }

    mutating func answered() {
        guard let present = learned else { return }
        let raised = present + 1 / present
        let isFree = raised >= 2 * max(1, ceiling) || configured.map { raised >= Double($0) } == true
        learned = isFree ? nil : raised
    }
}
