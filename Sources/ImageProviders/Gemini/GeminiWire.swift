import JSONCoding
import Orchestration

/// The body of `POST /{version}/models/{model}:generateContent`, as far as we use it.
struct GeminiRequestBody: Encodable {
    struct Content: Encodable {
        var role = "user"
        var parts: [Part]
    }

    /// Words, or a picture.
    struct Part: Encodable {
        struct InlineData: Encodable {
            var mimeType: String
            var data: String
        }

        var text: String?
        var inlineData: InlineData?
    }

    struct SafetySetting: Encodable {
        var category: String
        var threshold: String
    }

    struct GenerationConfig: Encodable {
        struct ImageConfig: Encodable {
            var aspectRatio: String
        }

        /// Without `TEXT` the provider cannot say why it declines.
        var responseModalities = ["TEXT", "IMAGE"]
        var imageConfig: ImageConfig
    }

    var contents: [Content]
    var safetySettings: [SafetySetting]?
    var generationConfig: GenerationConfig

    private static let categories = [
        "HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH", "HARM_CATEGORY_SEXUALLY_EXPLICIT",
        "HARM_CATEGORY_DANGEROUS_CONTENT",
    ]

    init(_ request: GenerationRequest, configuration: GeminiConfiguration) {
        let pictures = request.pictures.map { picture in
            Part(inlineData: .init(mimeType: picture.mediaType, data: Base64.encode(picture.bytes)))
        }
        contents = [Content(parts: [Part(text: request.prompt)] + pictures)]
        safetySettings = configuration.safetyThreshold.map { threshold in
            Self.categories.map { SafetySetting(category: $0, threshold: threshold.rawValue) }
        }
        generationConfig = GenerationConfig(imageConfig: .init(aspectRatio: configuration.aspectRatio.text))
    }
}

/// A 200. Everything is optional and every word is open: the provider adds values without notice.
struct GeminiReplyBody: Decodable {
    struct Candidate: Decodable {
        var content: Content?
        var finishReason: String?
        var finishMessage: String?
    }

    struct Content: Decodable {
        var parts: [Part]?
    }

    struct Part: Decodable {
        var text: String?
        /// The model thinking aloud: neither picture nor answer.
        var thought: Bool?
        var inlineData: InlineData?
    }

    struct InlineData: Decodable {
        var mimeType: String?
        var data: Base64Data?
    }

    struct PromptFeedback: Decodable {
        var blockReason: String?
        var blockReasonMessage: String?
    }

    var candidates: [Candidate]?
    var promptFeedback: PromptFeedback?
    /// Some gateways report an error with a status of success.
    var error: JSONValue?

    /// The field whose text is megabytes of base64.
    static let longFields = ["data"]
}

extension GeminiReplyBody.Candidate {
    /// What is meant for the caller, in order.
    var answer: [GeminiReplyBody.Part] { (content?.parts ?? []).filter { $0.thought != true } }
}
