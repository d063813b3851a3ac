/// The bytes that an asset came to.
public struct Picture: Hashable, Sendable, Codable {
    public var hash: ContentHash
    public var bytes: Int
    public var size: PixelSize?
    public var mediaType: String

    public init(hash: ContentHash, bytes: Int, size: PixelSize?, mediaType: String) {
        self.hash = hash
        self.bytes = bytes
        self.size = size
        self.mediaType = mediaType
    }
}

/// Who made it, and at what price.
public struct AssetSource: Hashable, Sendable, Codable {
    public var provider: String
    public var model: String
    /// Set when it was made by another than the first provider of the job's list.
    public var isFallback: Bool
    /// Why the one before it in the list did not make it; nil unless it is a fallback that followed from an error.
    public var fallbackCause: FallbackCause?
    /// In millionths of the currency unit; nil when the provider has no price.
    public var costMicros: Int64?
    /// The provider's own id of the call, where it gave one.
    public var callID: String?

    public init(
        provider: String, model: String, isFallback: Bool = false, fallbackCause: FallbackCause? = nil,
        costMicros: Int64?, callID: String? = nil
    ) {
        self.provider = provider
        self.model = model
        self.isFallback = isFallback
        self.fallbackCause = fallbackCause
        self.costMicros = costMicros
        self.callID = callID
    }

    private enum CodingKeys: String, CodingKey {
        case provider
        case model
        case isFallback
        case fallbackCause
        case costMicros
        case callID = "callId"
    }
}

/// Why an asset went on to the next provider.
public struct FallbackCause: Hashable, Sendable, Codable {
    /// The provider that did not make it.
    public var provider: String
    /// `MediaError.Kind`, or `circuit_open` when it was known to be down and not asked.
    public var code: String

    public init(provider: String, code: String) {
        self.provider = provider
        self.code = code
    }
}

/// What an asset's calls have cost, in millionths of the currency unit.
public struct AssetCost: Hashable, Sendable, Codable {
    /// Known to have been paid, failures that were billed included.
    public var micros: Int64
    /// Calls that were sent and whose end nobody knows, and what they cost if they were billed.
    public var possiblyBilled: Int
    public var possibleMicros: Int64

    public init(micros: Int64 = 0, possiblyBilled: Int = 0, possibleMicros: Int64 = 0) {
        self.micros = micros
        self.possiblyBilled = possiblyBilled
        self.possibleMicros = possibleMicros
    }

    public static func + (left: AssetCost, right: AssetCost) -> AssetCost {
        AssetCost(
            micros: left.micros + right.micros, possiblyBilled: left.possiblyBilled + right.possiblyBilled,
            possibleMicros: left.possibleMicros + right.possibleMicros)
    }
}
