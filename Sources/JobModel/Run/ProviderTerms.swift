/// What a run knows of one of the providers that it may ask.
public struct ProviderTerms: Hashable, Sendable, Codable {
    public var name: String
    /// Used for assets that name none.
    public var model: String
    public var unknownOutcome: UnknownOutcomePolicy
    /// Of one picture by each model that the run uses, in millionths; absent for one without a known price.
    public var prices: [String: Int64]

    public init(
        name: String, model: String, unknownOutcome: UnknownOutcomePolicy = .retry, prices: [String: Int64] = [:]
    ) {
        self.name = name
        self.model = model
        self.unknownOutcome = unknownOutcome
        self.prices = prices
    }
}

/// What follows when a call was sent and nobody knows how it ended, and the provider cannot be asked.
public enum UnknownOutcomePolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// Try again, at the risk of paying twice.
    case retry
    /// Leave it for a person to decide.
    case hold
}
