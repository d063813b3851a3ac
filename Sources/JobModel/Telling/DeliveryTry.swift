/// One try to tell a receiver, for whoever asks later how it went.
public struct DeliveryTry: Hashable, Sendable, Codable {
    public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
        case delivered
        /// The receiver knew this version or a newer one.
        case known
        case failed
        case refused
        /// The receiver missed pictures that it had taken.
        case missing
        case superseded
        case gone
    }

    /// When it ended, by the worker's clock, in milliseconds of Unix time.
    public var at: Milliseconds
    public var version: Int
    /// Of this version, from 1; from 1 again after a redelivery by command.
    public var number: Int
    public var outcome: Outcome
    /// In words, where it was not delivered; at most `reasonLength` characters.
    public var reason: String?
    /// From the first try of the version to its acknowledgement, where this try was acknowledged.
    public var latency: Milliseconds?

    static let reasonLength = 200
    /// Of a latency: more than any schedule comes to. A clock that was set in between may say anything.
    static let longestLatency: Milliseconds = 7 * 86_400_000
    /// Kept of the final version's tries, and as many of those before it.
    public static let keptOfEach = 10

    /// - Parameter latency: since the first try of the version.
    init(
        at: Milliseconds, version: Int, number: Int, _ answer: DeliveryAnswer, latency: Milliseconds? = nil
    ) {
        self.at = at
        self.version = version
        self.number = number
        switch answer {
        case .accepted: (outcome, self.latency) = (.delivered, latency)
        case .alreadyKnown: (outcome, self.latency) = (.known, latency)
        case .superseded: outcome = .superseded
        case .gone: outcome = .gone
        case .artifactsMissing(_, let text): (outcome, reason) = (.missing, String(text.prefix(Self.reasonLength)))
        case .refused(let text): (outcome, reason) = (.refused, String(text.prefix(Self.reasonLength)))
        case .failed(let text, _): (outcome, reason) = (.failed, String(text.prefix(Self.reasonLength)))
        }
    }

    private enum CodingKeys: String, CodingKey {
        case at
        case version
        case number = "try"
        case outcome
        case reason
        case latency = "latencyMs"
    }
}

extension RunRecord {
    /// The last tries to tell of this run, oldest first.
    public var deliveries: [DeliveryTry] { deliveryTries ?? [] }

    /// Tries of the final version push out their own kind only: what it says of those before it never changes.
    mutating func note(_ new: DeliveryTry) {
        let isFinal = isFinished && new.version == version
        var tries = deliveries + [new]
        let alike = tries.indices.filter { (isFinished && tries[$0].version == version) == isFinal }
        if alike.count > DeliveryTry.keptOfEach { tries.remove(at: alike[0]) }
        deliveryTries = tries
    }
}
