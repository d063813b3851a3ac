/// The spellings in which providers say how long to wait. All results are milliseconds, rounded up, at most a week.
enum RetryDelay {
    private static let longest: Int64 = 7 * 24 * 3600 * 1000

    /// `56s`, `45.123s`, `900.2ms`, `6m0s`, and `5h12m3.5s` as it stands in messages. Nil for anything else.
    static func milliseconds(duration: some StringProtocol) -> Int64? {
        var rest = Substring(duration)
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let count = Double(number), let length = units[String(unit)] else { return nil }
            total += count * length
        }
        return bounded(total)
    }

    private static let units: [String: Double] = ["h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1]

    /// From `… Please retry in 44.09s.` and `… Please try again in 7m12s.`
    static func milliseconds(inMessage message: String) -> Int64? {
        guard let found = message.firstRange(of: "retry in ") ?? message.firstRange(of: "try again in ") else {
            return nil
        }
        let word = message[found.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
        // The sentence may end right behind it.
        return milliseconds(duration: word.last == "." ? word.dropLast() : word)
    }

    /// The header `Retry-After`: seconds, or a date.
    ///
    /// - Parameters:
    ///   - date: the answer's own `Date`, so that two clocks need not agree.
    ///   - now: milliseconds of Unix time, for answers without one.
    static func milliseconds(retryAfter: String, date: String?, now: Int64) -> Int64? {
        let text = retryAfter.drop { $0 == " " }
        if !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isNumber }) {
            return Double(text).map { bounded($0 * 1000) }
        }
        guard let due = HTTPDate.milliseconds(String(text)) else { return nil }
        return min(max(0, due - (date.flatMap(HTTPDate.milliseconds) ?? now)), longest)
    }

    /// A plain count of milliseconds, as in the header `retry-after-ms`; a fraction is rounded up.
    static func milliseconds(count text: String) -> Int64? {
        guard let count = Double(text), count >= 0 else { return nil }
        return bounded(count)
    }

    private static func bounded(_ milliseconds: Double) -> Int64 {
        Int64(min(milliseconds.rounded(.up), Double(longest)))
    }
}
