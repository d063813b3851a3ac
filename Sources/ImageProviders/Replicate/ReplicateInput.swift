import JSONCoding

/// The `input` of a prediction. Every model has its own fields, so all of them are the operator's.
public struct ReplicateInput: Hashable, Sendable {
    /// More is a mistake: it goes out with each call.
    static let maximumExtraBytes = 64 << 10

    private let promptField: String
    private let fields: [String: JSONValue]

    /// What `google/nano-banana` and most image models take: `prompt`, `aspect_ratio` 1:1, `output_format` jpg.
    public init() {
        promptField = "prompt"
        fields = ["aspect_ratio": .string(AspectRatio.square.text), "output_format": "jpg"]
    }

    /// - Parameters:
    ///   - promptField: which field gets the words.
    ///   - aspectRatio: for the field `aspect_ratio`; nil leaves it out.
    ///   - outputFormat: for the field `output_format`; nil leaves it out.
    ///   - extra: a JSON object with further fields, which win over those before; `null` takes one away.
    /// - Throws: if the prompt's field is empty or set in `extra`, or `extra` is no object of at most 64 KiB.
    public init(
        promptField: String = "prompt", aspectRatio: AspectRatio? = .square, outputFormat: String? = "jpg",
        extra: String = "{}"
    ) throws(ProviderConfigurationError) {
        guard (1...128).contains(promptField.utf8.count) else {
            throw ProviderConfigurationError("the Replicate prompt field must be a name of 1 to 128 bytes")
        }
        var fields: [String: JSONValue] = [:]
        if let aspectRatio { fields["aspect_ratio"] = .string(aspectRatio.text) }
        if let outputFormat { fields["output_format"] = .string(outputFormat) }
        for (name, value) in try Self.members(of: extra) {
            if value.isNull { fields.removeValue(forKey: name) } else { fields[name] = value }
        }
        guard fields[promptField] == nil else {
            throw ProviderConfigurationError("the Replicate input must not set the prompt's own field")
        }
        self.promptField = promptField
        self.fields = fields
    }

    /// - Parameter pictures: `data:` URIs, for the field `image_input`.
    func value(prompt: String, pictures: [String]) -> JSONValue {
        var own: [String: JSONValue] = [promptField: .string(prompt)]
        if !pictures.isEmpty { own[Self.picturesField] = .array(pictures.map { .string($0) }) }
        return .object(fields.merging(own) { $1 })
    }

    /// As `google/nano-banana` calls it.
    private static let picturesField = "image_input"

    private static func members(of text: String) throws(ProviderConfigurationError) -> [String: JSONValue] {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSON.decode(
                JSONValue.self, from: Array(text.utf8), limits: JSONLimits(maximumBytes: maximumExtraBytes))
        } catch {
            throw ProviderConfigurationError("the Replicate input \(error.message)")
        }
        guard let members = value.objectValue else {
            throw ProviderConfigurationError("the Replicate input must be a JSON object")
        }
        return members
    }
}
