import JobModel

/// How to reach Gemini's `generateContent`. Nothing about a model is compiled in: they come and go within months.
///
/// The API-key form of `generateContent` has no setting for the picture's file format (the provider's own library
/// refuses one there), so none is sent: the answer's bytes are sniffed.
public struct GeminiConfiguration: Hashable, Sendable {
    public let origin: ProviderOrigin
    public let key: ProviderKey
    /// Used when a request names none.
    public let model: String
    public var apiVersion = GoogleAPIVersion.v1beta
    /// Nil leaves it to the provider.
    public var safetyThreshold: SafetyThreshold?
    public var aspectRatio = AspectRatio.square
    public var connectTimeout = Duration.seconds(10)
    /// A longer answer is given up; a 2K picture in base64 is about 8 MB.
    public var maximumBodyBytes = 64 << 20
    /// By `gemini` and the bare name of the model.
    public var prices = PriceTable()

    /// - Parameters:
    ///   - origin: `http` or `https`, without path, query and user information.
    ///   - model: as it stands in the provider's URLs, with or without the `models/` before it.
    /// - Throws: if either cannot be used, in words for the operator.
    public init(
        origin: String = GoogleAPI.publicOrigin, key: ProviderKey, model: String
    ) throws(ProviderConfigurationError) {
        (self.origin, self.model) = try GoogleAPI.checked(origin: origin, model: model, provider: "Gemini")
        self.key = key
    }
}
