import JSONCoding

/// `POST …/images/generations` with a bearer token, as OpenAI and the servers that imitate it speak it.
struct OpenAIForm: AnswerForm {
    let name = "openai"

    private static let suffix = "/images/generations"

    func target(ofPath path: String) -> WireTarget? {
        guard path.hasSuffix(Self.suffix) else { return nil }
        let base = path.dropLast(Self.suffix.count)
        return WireTarget(version: base.split(separator: "/").last.map(String.init) ?? "", model: "", verb: "generate")
    }

    func key(of request: WireRequest) -> String? { request.bearer }

    func payloadTooLarge(limit: Int, rules: AccessRules) -> WireRefusal {
        OpenAIErrors(flavor: rules.flavor).refusal(413, "Maximum content size limit (\(limit)) exceeded.")
    }

    func fault(_ fault: Fault, to call: ProviderCall) throws(JSONError) -> Answer {
        try OpenAIErrors(flavor: call.flavor).answer(fault, model: call.model)
    }

    func readCall(_ request: WireRequest, target: WireTarget, rules: AccessRules) throws(WireRefusal) -> ProviderCall {
        let errors = OpenAIErrors(flavor: rules.flavor)
        try errors.checkKey(key(of: request), rules: rules)
        let body: JSONValue
        do {
            body = try JSON.decode(JSONValue.self, from: request.body, limits: JSONLimits(maximumBytes: .max))
        } catch {
            throw errors.refusal(400, "We could not parse the JSON body of your request: \(error.message)")
        }
        guard case .object(let fields) = body else { throw errors.refusal(400, "The body must be an object.") }
        return try OpenAIRequestReader(fields: fields, errors: errors, rules: rules).call(version: target.version)
    }

    func answer(_ content: AnswerContent, to call: ProviderCall, id: UInt64) throws(JSONError) -> Answer {
        let errors = OpenAIErrors(flavor: call.flavor)
        switch content {
        case .promptBlocked(let reason):
            return try errors.moderation(stage: "input", code: reason).answer()
        case .imageBlocked(let reason):
            return try errors.moderation(stage: "output", code: reason).answer()
        case .someBlocked:
            return try errors.moderation(stage: "output", code: nil).answer()
        // What some gateways make of a refusal: an error of theirs around the provider's sentence.
        case .text: return try errors.refusal(500, OpenAIErrors.safetyText, type: "server_error").answer()
        default: return try pictures(content, to: call, id: id)
        }
    }

    private func pictures(_ content: AnswerContent, to call: ProviderCall, id: UInt64) throws(JSONError) -> Answer {
        let splice = PictureSplice()
        let pictures = content.pictures
        var document = call.repeated
        document["created"] = .int(UnixTime.milliseconds / 1_000)
        if case .links(let links) = content {
            document["data"] = .array(links.map { entry(["url": .string($0)], call.flavor) })
        } else {
            let entries = pictures.indices.map { entry(["b64_json": splice.place($0)], call.flavor) }
            document["data"] = .array(entries)
        }
        if call.flavor == .localai { document["id"] = .string("sim-\(id)") }
        if call.flavor == .openai, !call.byURL { document["usage"] = usage(of: call) }
        let headers = OpenAIErrors(flavor: call.flavor).headers()
        return Answer(
            status: 200, contentType: "application/json", headers: headers,
            body: try splice.pieces(of: .object(document), pictures: pictures))
    }

    private func entry(_ members: [String: JSONValue], _ flavor: OpenAIFlavor) -> JSONValue {
        guard flavor == .vllm else { return .object(members) }
        return .object(members.merging(["url": .null, "revised_prompt": .null]) { made, _ in made })
    }

    private func usage(of call: ProviderCall) -> JSONValue {
        let text = max(1, call.prompt.utf8.count / 4)
        // What gpt-image counts for a picture of medium quality and 1024×1024.
        let made = 1_056 * call.count
        return [
            "input_tokens": .int(.init(text)), "output_tokens": .int(.init(made)),
            "total_tokens": .int(.init(text + made)),
            "input_tokens_details": ["text_tokens": .int(.init(text)), "image_tokens": 0],
        ]
    }
}
