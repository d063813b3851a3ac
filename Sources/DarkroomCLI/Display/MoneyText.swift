import JobModel

/// Money in words for a terminal.
public enum MoneyText {
    /// Micro-units as units: `0.039`. Whose unit it is, the operator's prices say.
    public static func amount(_ micros: Int64) -> String {
        let (whole, part) = micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let sign = micros < 0 ? "-" : ""
        guard part > 0 else { return "\(sign)\(whole)" }
        var digits = String(part)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    /// Nothing where nothing was paid, expected or in doubt.
    static func lines(of cost: JobCost) -> [String] {
        var lines: [String] = []
        let estimate = cost.estimateMicros ?? 0
        if cost.micros > 0 || estimate > 0 {
            let expected = estimate > 0 ? " (\(amount(estimate)) was expected)" : ""
            lines.append("cost: \(amount(cost.micros))\(expected)")
        }
        if cost.possiblyBilled > 0 {
            let calls = cost.possiblyBilled == 1 ? "1 call" : "\(cost.possiblyBilled) calls"
            let amount = cost.possibleMicros > 0 ? ", \(amount(cost.possibleMicros)) at most" : ""
            lines.append("possibly billed: \(calls) of which nobody knows the end\(amount)")
        }
        return lines
    }
}
