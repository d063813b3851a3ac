/// From which probability of harm on Google's models block, for all harm categories.
public enum SafetyThreshold: String, Hashable, Sendable, CaseIterable {
    case lowAndAbove = "BLOCK_LOW_AND_ABOVE"
    case mediumAndAbove = "BLOCK_MEDIUM_AND_ABOVE"
    case onlyHigh = "BLOCK_ONLY_HIGH"
    case none = "BLOCK_NONE"
    /// Gemini only; Imagen has no such word.
    case off = "OFF"
}

/// The dialects of Google's API; both take the same requests.
public enum GoogleAPIVersion: String, Hashable, Sendable, CaseIterable {
    case v1
    case v1beta
}

/// Where Google's API answers.
public enum GoogleAPI {
    public static let publicOrigin = "https://generativelanguage.googleapis.com"

    /// The bare name, without the `models/` that may stand before it; nil for one that cannot stand in a URL's path.
    static func modelName(_ name: String) -> String? {
        let bare = name.hasPrefix("models/") ? String(name.dropFirst("models/".count)) : name
        return ModelName.isSegment(bare) ? bare : nil
    }

    /// - Parameter provider: as it stands in the error.
    static func checked(
        origin: String, model: String, provider: String
    ) throws(ProviderConfigurationError) -> (ProviderOrigin, String) {
        guard let origin = ProviderOrigin(origin) else {
            throw ProviderConfigurationError("the \(provider) base URL must be an origin such as \(publicOrigin)")
        }
        guard let model = modelName(model) else {
            throw ProviderConfigurationError("the \(provider) model must be \(ModelName.segmentRule)")
        }
        return (origin, model)
    }
}
