import JSONCoding

/// The body of `POST /{version}/models/{model}:predict`, as far as we use it. Only fields that the provider's own library
/// takes together with an API key.
struct ImagenRequestBody: Encodable {
    struct Instance: Encodable {
        var prompt: String
    }

    struct OutputOptions: Encodable {
        /// Written and read three times as fast as PNG, and a tenth of its size.
        var mimeType = "image/jpeg"
    }

    struct Parameters: Encodable {
        /// The provider's own default is 4.
        var sampleCount = 1
        var aspectRatio: String
        var personGeneration: String?
        var safetySetting: String?
        /// Without it a filtered picture is simply missing.
        var includeRaiReason = true
        var outputOptions = OutputOptions()
    }

    var instances: [Instance]
    var parameters: Parameters

    init(prompt: String, configuration: ImagenConfiguration) {
        instances = [Instance(prompt: prompt)]
        parameters = Parameters(
            aspectRatio: configuration.aspectRatio.text, personGeneration: configuration.personGeneration?.rawValue,
            safetySetting: configuration.safetyThreshold?.rawValue)
    }
}

/// A 200. Everything is optional: a filtered picture leaves out its own fields, and may leave out all of them.
struct ImagenReplyBody: Decodable {
    struct Prediction: Decodable {
        var mimeType: String?
        var bytesBase64Encoded: Base64Data?
        var raiFilteredReason: String?
    }

    var predictions: [Prediction]?
    /// Some gateways report an error with a status of success.
    var error: JSONValue?

    /// The field whose text is megabytes of base64.
    static let longFields = ["bytesBase64Encoded"]
    /// What may stand beside the predictions, or without them when all were filtered.
    static let knownFields: Set = [
        "predictions", "positivePromptSafetyAttributes", "metadata", "model", "modelDisplayName", "modelVersionId",
        "deployedModelId",
    ]
}
