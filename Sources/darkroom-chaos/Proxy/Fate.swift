/// What becomes of one request on its way, and of its answer.
enum Fate: Hashable, Sendable {
    case pass
    /// The request is lost; the sender's connection is closed.
    case dropRequest
    /// The receiver gets it, the sender never hears.
    case dropAnswer
    /// The connection breaks after this share of the request, or of the answer.
    case cutRequest(Double)
    case cutAnswer(Double)
    /// Everything comes, but later by so many milliseconds.
    case delay(Int)
    /// The receiver gets it once more, so many milliseconds later.
    case double(Int)
    /// The sender's connection breaks at once; the receiver gets the request so many milliseconds later, behind what was
    /// sent after it.
    case late(Int)
}

/// How often things go wrong between two processes, each from 0 to 1.
struct FaultRates: Sendable {
    var loss: Double
    var double: Double
    var delay: Double
    var cut: Double
    var reorder: Double

    /// Milliseconds by which something is late: from hardly at all to behind its successors.
    private static let lateness = 20...2_500
    private static let delays = 5...600

    func draw(_ dice: Dice) -> Fate {
        if dice.happens(loss) { return dice.happens(0.5) ? .dropRequest : .dropAnswer }
        if dice.happens(cut) { return dice.happens(0.5) ? .cutRequest(dice.share()) : .cutAnswer(dice.share()) }
        if dice.happens(reorder) { return .late(dice.number(in: Self.lateness)) }
        if dice.happens(double) { return .double(dice.number(in: Self.lateness)) }
        if dice.happens(delay) { return .delay(dice.number(in: Self.delays)) }
        return .pass
    }
}

/// What a proxy did to the messages it saw.
struct MessageCounts: Sendable {
    var seen = 0
    var dropped = 0
    var cut = 0
    var delayed = 0
    var doubled = 0
    var late = 0
    /// Nobody listened behind the proxy, or it broke off.
    var unanswered = 0

    mutating func count(_ fate: Fate) {
        seen += 1
        switch fate {
        case .pass: break
        case .dropRequest, .dropAnswer: dropped += 1
        case .cutRequest, .cutAnswer: cut += 1
        case .delay: delayed += 1
        case .double: doubled += 1
        case .late: late += 1
        }
    }

    static func + (left: MessageCounts, right: MessageCounts) -> MessageCounts {
        MessageCounts(
            seen: left.seen + right.seen, dropped: left.dropped + right.dropped, cut: left.cut + right.cut,
            delayed: left.delayed + right.delayed, doubled: left.doubled + right.doubled,
            late: left.late + right.late, unanswered: left.unanswered + right.unanswered)
    }
}
