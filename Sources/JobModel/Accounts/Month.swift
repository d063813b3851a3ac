/// A month of the calendar in UTC, in which quotas and budgets are counted.
public struct Month: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// `year × 12 + month − 1`.
    private let number: Int

    private init(number: Int) { self.number = number }

    /// The month of an instant. Instants outside of the years 1970 to 9999 count as the first or last month of these.
    public init(of instant: Milliseconds) {
        let last: Milliseconds = 253_402_300_799_999
        let days = Int(min(max(0, instant), last) / 86_400_000)
        // Years are counted from March, so that the day that comes and goes is the last of its year.
        let fromMarch = days + 719_468
        let era = fromMarch / 146_097
        let dayOfEra = fromMarch % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        number = year * 12 + month - 1
    }

    /// From `2026-11`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let year = Int(parts[0]),
            let month = Int(parts[1]), (1970...9999).contains(year), (1...12).contains(month)
        else { return nil }
        number = year * 12 + month - 1
    }

    public var description: String {
        let (year, month) = ("\(number / 12)", "\(number % 12 + 1)")
        return year + "-" + (month.utf8.count == 1 ? "0" : "") + month
    }

    public var next: Month { Month(number: number + 1) }

    public static func < (left: Month, right: Month) -> Bool { left.number < right.number }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let month = Month(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must be a month such as 2026-11"))
        }
        self = month
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
