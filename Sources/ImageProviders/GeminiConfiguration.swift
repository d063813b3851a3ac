/// An API key that cannot be printed by accident: every description of it, and of what holds it, is redacted.
public struct GeminiKey: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let text: String

    /// - Throws: if `text` is empty, longer than 512 bytes, or not printable ASCII without spaces (it goes in a header).
    public init(_ text: String) throws(GeminiConfigurationError) {
        guard (1...512).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw GeminiConfigurationError("the Gemini API key must be 1 to 512 printable ASCII characters")
        }
        self.text = text
    }

    public var description: String { "[redacted]" }
    public var debugDescription: String { "[redacted]" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What an operator has set that cannot be.
public struct GeminiConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let message: String
    init(_ message: String) { self.message = message }
    public var description: String { message }
}

/// How to reach Gemini's `generateContent`. Nothing about a model is compiled in: they come and go within months.
public struct GeminiConfiguration: Hashable, Sendable {
    /// The API's two dialects; both take the same request.
    public enum APIVersion: String, Hashable, Sendable, CaseIterable {
        case v1
        case v1beta
    }

    /// From which probability on the provider blocks, for all four harm categories.
    public enum SafetyThreshold: String, Hashable, Sendable, CaseIterable {
        case lowAndAbove = "BLOCK_LOW_AND_ABOVE"
        case mediumAndAbove = "BLOCK_MEDIUM_AND_ABOVE"
        case onlyHigh = "BLOCK_ONLY_HIGH"
        case none = "BLOCK_NONE"
        case off = "OFF"
    }

    /// Scheme, host and perhaps port, without a slash at the end.
    public let origin: String
    public let key: GeminiKey
    /// Used when a request names none.
    public let model: String
    public var apiVersion = APIVersion.v1beta
    /// Nil leaves it to the provider.
    public var safetyThreshold: SafetyThreshold?
    public var aspectRatio = "1:1"
    public var connectTimeout = Duration.seconds(10)
    /// A longer answer is given up; a 2K picture in base64 is about 8 MB.
    public var maximumBodyBytes = 64 << 20
    /// What one picture costs, in millionths of the currency unit; nil if that is not known.
    public var priceMicros: Int64?

    public static let publicOrigin = "https://generativelanguage.googleapis.com"

    /// - Parameters:
    ///   - origin: `http` or `https`, without path, query and user information.
    ///   - model: as it stands in the provider's URLs, with or without the `models/` before it.
    /// - Throws: if either cannot be used, in words for the operator.
    public init(
        origin: String = publicOrigin, key: GeminiKey, model: String
    ) throws(GeminiConfigurationError) {
        guard let origin = Self.normalized(origin: origin) else {
            throw GeminiConfigurationError("the Gemini base URL must be an origin such as \(Self.publicOrigin)")
        }
        guard let model = Self.normalized(model: model) else {
            throw GeminiConfigurationError("the Gemini model must be a name of 1 to 128 of A-Z a-z 0-9 . _ -")
        }
        self.origin = origin
        self.key = key
        self.model = model
    }

    private static func normalized(origin: String) -> String? {
        let trimmed = origin.hasSuffix("/") ? String(origin.dropLast()) : origin
        guard let scheme = ["https://", "http://"].first(where: { trimmed.hasPrefix($0) }) else { return nil }
        let authority = trimmed.dropFirst(scheme.count)
        let isPlain = authority.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"/?#@\\".utf8.contains($0) }
        return isPlain && !authority.isEmpty ? trimmed : nil
    }

    /// The bare name, or nil. Models are named by callers too, and the name goes into a URL's path.
    static func normalized(model: String) -> String? {
        let name = model.hasPrefix("models/") ? String(model.dropFirst("models/".count)) : model
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && (1...128).contains(name.utf8.count) && name != "." && name != ".." ? name : nil
    }
}
