/// The spellings in which Google says how long to wait. All results are milliseconds, rounded up, at most a week.
enum RetryDelay {
    private static let longest: Int64 = 7 * 24 * 3600 * 1000

    /// `56s`, `45.123s`, `900.2ms`, and `5h12m3.5s` as it stands in messages. Nil for anything else.
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

    /// From `… Please retry in 44.09s.`
    static func milliseconds(inMessage message: String) -> Int64? {
        guard let found = message.firstRange(of: "retry in ") else { return nil }
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

    private static func bounded(_ milliseconds: Double) -> Int64 {
        Int64(min(milliseconds.rounded(.up), Double(longest)))
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of date that RFC 9110 lets senders use.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Milliseconds of Unix time, or nil.
    static func milliseconds(_ text: String) -> Int64? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[0].count == 4, words[5] == "GMT",
            let day = number(words[1], 1...31), let month = months.firstIndex(of: String(words[2])),
            let year = number(words[3], 1970...9999)
        else { return nil }
        let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = number(clock[0], 0...23), let minute = number(clock[1], 0...59),
            let second = number(clock[2], 0...60)
        else { return nil }
        return (((days(year, month + 1, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000
    }

    private static func number(_ text: Substring, _ range: ClosedRange<Int64>) -> Int64? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int64(text) else { return nil }
        return range.contains(number) ? number : nil
    }

    /// Days since 1970-01-01: years are counted from March, so that the leap day comes last.
    private static func days(_ year: Int64, _ month: Int, _ day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = Int64((month + 9) % 12)
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
    }
}
