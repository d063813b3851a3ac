import JSONCoding

/// `POST /v1[beta]/models/{model}:predict` with an API key, as google-genai up to 2.19 speaks it.
struct ImagenForm: AnswerForm {
    let name = "imagen"

    private static let defaultCount: Int64 = 4

    func target(ofPath path: String) -> WireTarget? { GeminiForm.target(ofPath: path, verb: "predict") }

    func key(of request: WireRequest) -> String? { GeminiForm().key(of: request) }

    func payloadTooLarge(limit: Int, rules: AccessRules) -> WireRefusal {
        GeminiForm().payloadTooLarge(limit: limit, rules: rules)
    }

    func fault(_ fault: Fault, to call: ProviderCall) throws(JSONError) -> Answer {
        try GeminiErrors.answer(fault, model: call.model)
    }

    func readCall(_ request: WireRequest, target: WireTarget, rules: AccessRules) throws(WireRefusal) -> ProviderCall {
        try GeminiErrors.checkKey(key(of: request), rules: rules)
        let body = try GeminiErrors.parse(request.body)
        if let known = rules.models, !known.contains(target.model) { throw GeminiErrors.unknownModel(target) }
        do { try RequestSchema.check(body, is: ImagenSchema.request) } catch {
            throw GeminiErrors.invalid(error.description, field: error.field)
        }
        let instances = body[field: "instances"]?.elements ?? []
        guard instances.count == 1, let prompt = instances[0][field: "prompt"]?.stringValue, !prompt.isEmpty else {
            throw GeminiErrors.invalid("Exactly one instance with a prompt is required.", field: "instances")
        }
        var call = ProviderCall(model: target.model, version: target.version, prompt: prompt)
        if let parameters = body[field: "parameters"] { try read(parameters, into: &call) } else { call.count = 4 }
        return call
    }

    private func read(_ parameters: JSONValue, into call: inout ProviderCall) throws(WireRefusal) {
        let count = parameters[field: "sampleCount"]?.intValue ?? Self.defaultCount
        guard (1...4).contains(count) else {
            throw GeminiErrors.invalid(
                "sampleCount must be between 1 and 4, inclusive.", field: "parameters.sample_count")
        }
        call.count = Int(count)
        call.wantsReasons = parameters[field: "includeRaiReason"]?.boolValue ?? false
        for (name, known) in ImagenSchema.words {
            // REST pages write them in lower case, the SDK in upper case.
            guard let word = parameters[field: name]?.stringValue, !known.contains(word.uppercased()) else { continue }
            throw GeminiErrors.invalid("\(name) must be one of \(known.joined(separator: ", ")).", field: name)
        }
        if let ratio = parameters[field: "aspectRatio"]?.stringValue {
            guard let size = ImagenSchema.ratios[ratio] else {
                let known = ImagenSchema.ratios.keys.sorted().joined(separator: ", ")
                throw GeminiErrors.invalid("aspectRatio must be one of \(known).", field: "parameters.aspect_ratio")
            }
            (call.width, call.height) = size
        }
        switch parameters[field: "outputOptions"]?[field: "mimeType"]?.stringValue {
        case nil: break
        case "image/png"?: call.picture = .png
        case "image/jpeg"?: call.picture = .jpeg
        default:
            throw GeminiErrors.invalid("mimeType must be image/png or image/jpeg.", field: "output_options.mime_type")
        }
    }

    func answer(_ content: AnswerContent, to call: ProviderCall, id: UInt64) throws(JSONError) -> Answer {
        let splice = PictureSplice()
        let document = JSONValue.object(members(content, to: call, splice: splice))
        return Answer(status: 200, body: try splice.pieces(of: document, pictures: content.pictures))
    }

    /// A refusal is a success with fewer pictures, whose reason is told only if that was asked for.
    private func members(
        _ content: AnswerContent, to call: ProviderCall, splice: PictureSplice
    ) -> [String: JSONValue] {
        let made = content.pictures.enumerated().map { index, picture in
            JSONValue.object(["mimeType": .string(picture.mimeType), "bytesBase64Encoded": splice.place(index)])
        }
        switch content {
        case .pictures, .thoughtThenPicture, .links: return ["predictions": .array(made)]
        case .someBlocked: return predictions(made + filtered(call.count - made.count, reason: nil, call))
        case .imageBlocked(let reason): return predictions(filtered(call.count, reason: reason, call))
        case .noPicture: return ["predictions": .array([.object(["mimeType": .string("image/png")])])]
        case .promptBlocked, .text: return [:]
        }
    }

    private func predictions(_ entries: [JSONValue]) -> [String: JSONValue] {
        entries.isEmpty ? [:] : ["predictions": .array(entries)]
    }

    private func filtered(_ count: Int, reason: String?, _ call: ProviderCall) -> [JSONValue] {
        guard call.wantsReasons else { return [] }
        let text =
            reason
            ?? "Unable to show generated images. All images were filtered out because they violated Google's Responsible "
            + "AI practices. Support codes: 56562880"
        return Array(repeating: .object(["raiFilteredReason": .string(text)]), count: max(0, count))
    }
}
