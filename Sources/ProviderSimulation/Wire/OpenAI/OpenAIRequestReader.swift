import JSONCoding

/// Reads the fields of one request for images.
struct OpenAIRequestReader {
    let fields: [String: JSONValue]
    let errors: OpenAIErrors
    let rules: AccessRules

    private static let largestPrompt = 32_000
    private static let known: Set<String> = [
        "prompt", "model", "n", "size", "quality", "background", "moderation", "output_format", "output_compression",
        "response_format", "style", "user", "safety_identifier", "stream", "partial_images",
    ]
    private static let words: [(field: String, known: [String])] = [
        ("quality", ["low", "medium", "high", "xhigh", "max", "auto", "standard", "hd"]),
        ("background", ["transparent", "opaque", "auto"]), ("moderation", ["low", "auto"]),
        ("output_format", ["png", "jpeg"]), ("style", ["vivid", "natural"]),
    ]

    func call(version: String) throws(WireRefusal) -> ProviderCall {
        if errors.flavor.isHosted, let unknown = fields.keys.filter({ !Self.known.contains($0) }).min() {
            throw errors.refusal(400, "Unknown parameter: '\(unknown)'.", param: unknown, code: "unknown_parameter")
        }
        guard let prompt = try text("prompt"), !prompt.isEmpty else { throw errors.missing("prompt") }
        guard prompt.count <= Self.largestPrompt else {
            let message = "Invalid 'prompt': string too long. Expected at most \(Self.largestPrompt) characters."
            throw errors.refusal(400, message, param: "prompt", code: "string_above_max_length")
        }
        let model = try text("model") ?? "dall-e-2"
        if let known = rules.models, !known.contains(model) { throw errors.unknownModel(model) }
        if fields["stream"]?.boolValue == true { throw errors.invalid("stream", "streaming is not simulated") }
        for (field, known) in Self.words {
            guard let word = try text(field), !known.contains(word) else { continue }
            throw errors.invalid(field, "'\(word)'. Supported values are: \(known.joined(separator: ", "))")
        }
        var call = ProviderCall(model: model, version: version, prompt: prompt)
        call.flavor = errors.flavor
        call.count = try count()
        call.byURL = try byURL(model)
        try readSize(into: &call)
        try readFormat(into: &call)
        return call
    }

    private func text(_ field: String) throws(WireRefusal) -> String? {
        switch fields[field] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw errors.invalid(field, "expected a string")
        }
    }

    private func count() throws(WireRefusal) -> Int {
        guard let field = fields["n"], !field.isNull else { return 1 }
        guard let count = field.intValue, (1...10).contains(count) else {
            throw errors.invalid("n", "expected an integer from 1 to 10")
        }
        return Int(count)
    }

    /// GPT image models always answer base64 and reject the field; the older ones and LocalAI answer URLs by default.
    private func byURL(_ model: String) throws(WireRefusal) -> Bool {
        let asked = try text("response_format")
        if errors.flavor.isHosted, model.hasPrefix("gpt-image"), asked != nil {
            throw errors.refusal(
                400, "Unknown parameter: 'response_format'.", param: "response_format", code: "unknown_parameter")
        }
        switch (asked, errors.flavor) {
        case (nil, .openai): return model.hasPrefix("dall-e")
        case (nil, .localai): return true
        case (nil, _), ("b64_json"?, _): return false
        case ("url"?, .openai), ("url"?, .localai): return true
        // Servers that have no URLs answer base64 whatever was asked for.
        case ("url"?, _): return false
        default: throw errors.invalid("response_format", "expected 'url' or 'b64_json'")
        }
    }

    private func readSize(into call: inout ProviderCall) throws(WireRefusal) {
        let standard = errors.flavor == .localai ? "512x512" : "1024x1024"
        let asked = try text("size").flatMap { $0 == "auto" ? nil : $0 } ?? standard
        let sides = asked.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sides.count == 2, sides.allSatisfy({ (64...3_840).contains($0) && $0 % 16 == 0 }),
            sides[0] <= 3 * sides[1], sides[1] <= 3 * sides[0]
        else { throw errors.invalid("size", "'\(asked.prefix(40))' is not a supported size") }
        (call.width, call.height) = (sides[0], sides[1])
        if errors.flavor == .openai, !call.byURL { call.repeated["size"] = .string(asked) }
    }

    private func readFormat(into call: inout ProviderCall) throws(WireRefusal) {
        let format = try text("output_format")
        if let format { call.picture = format == "jpeg" ? .jpeg : .png }
        guard !call.byURL, errors.flavor == .openai || errors.flavor == .sdcpp else { return }
        call.repeated["output_format"] = .string(format ?? "png")
        guard errors.flavor == .openai else { return }
        call.repeated["quality"] = .string(try text("quality").flatMap { $0 == "auto" ? nil : $0 } ?? "medium")
        call.repeated["background"] = .string(try text("background").flatMap { $0 == "auto" ? nil : $0 } ?? "opaque")
    }
}
