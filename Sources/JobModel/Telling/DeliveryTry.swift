/// One request that told a receiver, as its worker remembers it.
public struct DeliveryTry: Hashable, Sendable, Codable {
    public enum Outcome: String, Hashable, Sendable, Codable {
        case accepted
        case known
        case superseded
        case gone
        case missing
        case refused
        case failed
    }

    public var at: Milliseconds
    public var version: Int
    /// Of this version, from 1.
    public var number: Int
    public var outcome: Outcome
    public var reason: String?

    public init(at: Milliseconds, version: Int, number: Int, outcome: Outcome, reason: String? = nil) {
        self.at = at
        self.version = version
        self.number = number
        self.outcome = outcome
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case at
        case version
        case number = "try"
        case outcome
        case reason
    }
}
