import JSONCoding
import JobModel

/// The body of `POST …/images/generations`, as far as we use it. Servers differ in what they take, so every field that
/// one of them is known to refuse can be left out by configuration.
struct OpenAIRequestBody: Encodable {
    var model: String
    var prompt: String
    var n = 1
    var size: String
    var quality: String?
    var responseFormat: String?
    var outputFormat: String?
    var outputCompression: Int?

    enum CodingKeys: String, CodingKey {
        case model
        case prompt
        case n
        case size
        case quality
        case responseFormat = "response_format"
        case outputFormat = "output_format"
        case outputCompression = "output_compression"
    }

    init(prompt: String, model: String, size asset: PixelSize, configuration: OpenAIConfiguration) {
        self.model = model
        self.prompt = prompt
        size = configuration.size.text(for: asset)
        quality = configuration.quality
        responseFormat = configuration.responseFormat == .none ? nil : configuration.responseFormat.rawValue
        outputFormat = configuration.outputFormat == .none ? nil : configuration.outputFormat.rawValue
        outputCompression = configuration.outputCompression
    }
}

/// A 200. Everything is optional.
struct OpenAIReplyBody: Decodable {
    struct Entry: Decodable {
        /// Without the `data:` before it.
        var base64: Base64Data?
        var url: String?

        enum CodingKeys: String, CodingKey {
            case base64 = "b64_json"
            case url
        }
    }

    var data: [Entry]?
    var outputFormat: String?
    /// Some gateways report an error with a status of success.
    var error: JSONValue?

    enum CodingKeys: String, CodingKey {
        case data
        case outputFormat = "output_format"
        case error
    }

    /// The field whose text is megabytes of base64.
    static let longFields = ["b64_json"]
}
