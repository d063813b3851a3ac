import JobModel

/// Whether Imagen may draw people.
public enum PersonGeneration: String, Hashable, Sendable, CaseIterable {
    case none = "DONT_ALLOW"
    case adults = "ALLOW_ADULT"
    /// The API-key form of the service may refuse it.
    case all = "ALLOW_ALL"
}

/// How to reach Imagen's `predict`. Nothing about a model is compiled in: they come and go within months.
public struct ImagenConfiguration: Hashable, Sendable {
    public let origin: ProviderOrigin
    public let key: ProviderKey
    /// Used when a request names none.
    public let model: String
    /// Nil leaves it to the provider.
    public let safetyThreshold: SafetyThreshold?
    public var apiVersion = GoogleAPIVersion.v1beta
    /// Nil leaves it to the provider.
    public var personGeneration: PersonGeneration?
    public var aspectRatio = AspectRatio.square
    public var connectTimeout = Duration.seconds(10)
    /// A longer answer is given up; a 2K picture in base64 is about 8 MB.
    public var maximumBodyBytes = 64 << 20
    /// By `imagen` and the bare name of the model.
    public var prices = PriceTable()

    /// - Parameters:
    ///   - origin: `http` or `https`, without path, query and user information.
    ///   - model: as it stands in the provider's URLs, with or without the `models/` before it.
    /// - Throws: if one of them cannot be used, in words for the operator; Imagen has no threshold `OFF`.
    public init(
        origin: String = GoogleAPI.publicOrigin, key: ProviderKey, model: String,
        safetyThreshold: SafetyThreshold? = nil
    ) throws(ProviderConfigurationError) {
        (self.origin, self.model) = try GoogleAPI.checked(origin: origin, model: model, provider: "Imagen")
        guard safetyThreshold != .off else {
            throw ProviderConfigurationError("Imagen has no safety threshold OFF; its most lenient is BLOCK_NONE")
        }
        self.safetyThreshold = safetyThreshold
        self.key = key
    }
}
