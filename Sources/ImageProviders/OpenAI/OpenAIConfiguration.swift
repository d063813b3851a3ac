import JobModel

/// How to reach a server that speaks OpenAI's images API: OpenAI itself, a gateway, or a self-hosted server. They differ
/// in the fields they take, so which ones are sent is configuration; nothing about a model is compiled in.
public struct OpenAIConfiguration: Hashable, Sendable {
    /// How the server is asked to hand the picture over. GPT image models refuse the field and always answer base64;
    /// older models and self-hosted servers may need it.
    public enum ResponseFormat: String, Hashable, Sendable, CaseIterable {
        case base64 = "b64_json"
        case url
        /// Do not send the field.
        case none
    }

    /// The picture's file format.
    public enum OutputFormat: String, Hashable, Sendable, CaseIterable {
        case jpeg
        case png
        case webp
        /// Do not send the field.
        case none
    }

    /// What is asked for as `size`.
    public enum Size: Hashable, Sendable {
        /// Of these, the one whose shape is nearest to the asset's, and then the one nearest in area; `auto` if there are
        /// none.
        case nearest([PixelSize])
        case fixed(PixelSize)
        /// `auto`.
        case auto

        /// The three sizes that every GPT image model takes.
        public static let classic = Size.nearest([
            PixelSize(width: 1024, height: 1024), PixelSize(width: 1536, height: 1024),
            PixelSize(width: 1024, height: 1536),
        ])
    }

    /// `…/v1`, to which `/images/generations` is appended.
    public let base: ProviderOrigin
    /// Nil for a server that asks for none.
    public let key: ProviderKey?
    /// Used when a request names none.
    public let model: String
    public var size = Size.classic
    public var responseFormat = ResponseFormat.none
    public var outputFormat = OutputFormat.jpeg
    /// Nil leaves it to the server.
    public let outputCompression: Int?
    /// In the server's own words (`low`, `hd`); nil leaves it to the server. It may change the price.
    public let quality: String?
    public var connectTimeout = Duration.seconds(10)
    /// A longer answer is given up.
    public var maximumBodyBytes = 64 << 20
    /// By `openai` and the name of the model.
    public var prices = PriceTable()

    public static let publicBase = "https://api.openai.com/v1"

    /// - Parameters:
    ///   - base: `http` or `https` with the path of the API's version, without query and user information.
    ///   - key: nil for a server that asks for none.
    ///   - model: as the server calls it.
    ///   - outputCompression: 0 to 100.
    /// - Throws: if one of them cannot be used, in words for the operator.
    public init(
        base: String = publicBase, key: ProviderKey?, model: String, outputCompression: Int? = nil,
        quality: String? = nil
    ) throws(ProviderConfigurationError) {
        guard let base = ProviderOrigin(base, allowingPath: true) else {
            throw ProviderConfigurationError("the OpenAI base URL must be a URL such as \(Self.publicBase)")
        }
        guard Self.isModelName(model) else {
            throw ProviderConfigurationError("the OpenAI model must be \(Self.modelRule)")
        }
        if let outputCompression, !(0...100).contains(outputCompression) {
            throw ProviderConfigurationError("the OpenAI output compression must be from 0 to 100")
        }
        if let quality, !Self.isModelName(quality) {
            throw ProviderConfigurationError("the OpenAI quality must be one word")
        }
        self.base = base
        self.key = key
        self.model = model
        self.outputCompression = outputCompression
        self.quality = quality
    }

    static let modelRule = "1 to 200 printable ASCII characters without spaces"

    /// It travels in the body, and self-hosted servers call models by paths.
    static func isModelName(_ name: String) -> Bool {
        (1...200).contains(name.utf8.count) && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

extension OpenAIConfiguration.Size {
    /// As it stands in the request.
    func text(for asset: PixelSize) -> String {
        switch self {
        case .auto: "auto"
        case .fixed(let size): "\(size.width)x\(size.height)"
        case .nearest(let sizes):
            sizes.min { $0.distance(to: asset) < $1.distance(to: asset) }.map { "\($0.width)x\($0.height)" } ?? "auto"
        }
    }
}

extension PixelSize {
    /// How far it is in shape, and then in area: 1 is no distance.
    fileprivate func distance(to other: PixelSize) -> (shape: Double, area: Double) {
        let shape = Double(width) * Double(other.height) / (Double(height) * Double(other.width))
        let area = Double(width) * Double(height) / (Double(other.width) * Double(other.height))
        return (max(shape, 1 / shape), max(area, 1 / area))
    }
}
