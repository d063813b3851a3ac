/// A stretch of time that ends now: `90s`, `15m`, `24h`, `7d`, up to 31 days.
public struct StatisticsWindow: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public let length: Milliseconds

    private static let longest: Milliseconds = 31 * 86_400_000
    private static let units: [Character: Milliseconds] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]

    public static let quarterHour = StatisticsWindow(text: "15m", length: 900_000)
    public static let day = StatisticsWindow(text: "24h", length: 86_400_000)

    private init(text: String, length: Milliseconds) {
        self.text = text
        self.length = length
    }

    /// - Throws: ``InvalidRequest`` naming `window`.
    public init(_ text: String) throws(InvalidRequest) {
        let digits = text.dropLast()
        guard let unit = text.last.flatMap({ Self.units[$0] }), (1...7).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Milliseconds(digits),
            (1...Self.longest / unit).contains(count)
        else {
            throw InvalidRequest(
                field: "window", message: "must be a length such as 90s, 15m, 24h or 7d, at most 31 days")
        }
        self.init(text: text, length: count * unit)
    }

    public var description: String { text }
}
