import JSONCoding

/// `POST /v1[beta]/models/{model}:generateContent` with an API key.
struct GeminiForm: AnswerForm {
    let name = "gemini"

    func target(ofPath path: String) -> WireTarget? { Self.target(ofPath: path, verb: "generateContent") }

    /// `/v1[beta]/models/{model}:{verb}`; Imagen's form differs only in the verb.
    static func target(ofPath path: String, verb wanted: String) -> WireTarget? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, ["v1", "v1beta"].contains(parts[1]), parts[2] == "models",
            let colon = parts[3].lastIndex(of: ":")
        else { return nil }
        let verb = parts[3][parts[3].index(after: colon)...]
        guard verb == wanted, colon > parts[3].startIndex else { return nil }
        return WireTarget(version: String(parts[1]), model: String(parts[3][..<colon]), verb: String(verb))
    }

    func key(of request: WireRequest) -> String? { request.headers["x-goog-api-key"] ?? request.query["key"] }

    func payloadTooLarge(limit: Int, rules: AccessRules) -> WireRefusal {
        GeminiErrors.invalid("Request payload size exceeds the limit: \(limit) bytes.", field: nil)
    }

    func readCall(_ request: WireRequest, target: WireTarget, rules: AccessRules) throws(WireRefusal) -> ProviderCall {
        try GeminiErrors.checkKey(key(of: request), rules: rules)
        let body = try GeminiErrors.parse(request.body)
        if let known = rules.models, !known.contains(target.model) { throw GeminiErrors.unknownModel(target) }
        do { try RequestSchema.check(body, is: GeminiSchema.request) } catch {
            throw GeminiErrors.invalid(error.description, field: error.field)
        }
        var call = ProviderCall(model: target.model, version: target.version, prompt: try prompt(of: body))
        try readConfiguration(body[field: "generationConfig"], into: &call)
        return call
    }

    private func prompt(of body: JSONValue) throws(WireRefusal) -> String {
        let contents = body[field: "contents"]?.elements ?? []
        guard !contents.isEmpty else { throw GeminiErrors.missing("contents", "contents is not specified") }
        var texts: [String] = []
        for (index, content) in contents.enumerated() {
            if let role = content[field: "role"]?.stringValue, !GeminiSchema.roles.contains(role) {
                throw GeminiErrors.invalid("Please use a valid role: user, model.", field: nil)
            }
            let parts = content[field: "parts"]?.elements ?? []
            guard !parts.isEmpty else {
                throw GeminiErrors.missing("contents[\(index)].parts", "contents.parts must not be empty.")
            }
            texts += parts.compactMap { $0[field: "text"]?.stringValue }
        }
        return texts.joined(separator: "\n")
    }

    private func readConfiguration(_ configuration: JSONValue?, into call: inout ProviderCall) throws(WireRefusal) {
        let modalities = configuration?[field: "responseModalities"]?.elements.compactMap(\.stringValue) ?? []
        call.wantsPicture = modalities.isEmpty || modalities.contains("IMAGE")
        let image = configuration?[field: "imageConfig"]
        let place = "generation_config.image_config"
        if let ratio = image?[field: "aspectRatio"]?.stringValue {
            guard let size = GeminiSchema.ratios[ratio] else {
                let known = GeminiSchema.ratios.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
                throw GeminiErrors.missing("\(place).aspect_ratio", "aspect_ratio must be one of \(known).")
            }
            (call.width, call.height) = size
        }
        if let size = image?[field: "imageSize"]?.stringValue, !GeminiSchema.sizes.contains(size) {
            throw GeminiErrors.missing("\(place).image_size", "image_size must be one of '1K', '2K', '4K'.")
        }
    }

    func fault(_ fault: Fault, to call: ProviderCall) throws(JSONError) -> Answer {
        try GeminiErrors.answer(fault, model: call.model)
    }
}
