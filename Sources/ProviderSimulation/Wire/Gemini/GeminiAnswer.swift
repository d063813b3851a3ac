import JSONCoding

extension GeminiForm {
    /// What Google counts for a 1K picture.
    private static let pictureTokens = 1_290

    func answer(_ content: AnswerContent, to call: ProviderCall, id: UInt64) throws(JSONError) -> Answer {
        let splice = PictureSplice()
        let document = document(content, to: call, id: id, splice: splice)
        return Answer(status: 200, body: try splice.pieces(of: document, pictures: content.pictures))
    }

    private func document(
        _ content: AnswerContent, to call: ProviderCall, id: UInt64, splice: PictureSplice
    ) -> JSONValue {
        let (members, made) = members(content, splice: splice)
        var document = members
        document["modelVersion"] = .string(call.model)
        document["responseId"] = .string("sim-\(id)")
        document["usageMetadata"] = usage(prompt: max(1, call.prompt.utf8.count / 4), made: made)
        return .object(document)
    }

    /// What the content adds to the document, and the tokens it is counted as.
    private func members(
        _ content: AnswerContent, splice: PictureSplice
    ) -> ([String: JSONValue], made: (tokens: Int, modality: String)?) {
        switch content {
        case .promptBlocked(let reason):
            (["promptFeedback": .object(["blockReason": .string(reason ?? "PROHIBITED_CONTENT")])], nil)
        case .imageBlocked(let reason): (blocked(reason), nil)
        // One call makes one picture here: some is all, and there is no URL for it.
        case .someBlocked: (blocked(nil), nil)
        case .noPicture, .links:
            (["candidates": candidate(parts: nil, finishReason: "NO_IMAGE", message: nil)], nil)
        case .text(let text):
            (candidates([.object(["text": .string(text)])]), (max(1, text.utf8.count / 4), "TEXT"))
        case .pictures(let pictures):
            (
                candidates(pictures.enumerated().map { part($1, splice.place($0)) }),
                (Self.pictureTokens * pictures.count, "IMAGE")
            )
        case .thoughtThenPicture(let picture):
            (candidates([Self.thought, Self.sketch, part(picture, splice.place(0))]), (Self.pictureTokens, "IMAGE"))
        }
    }

    private func candidates(_ parts: [JSONValue]) -> [String: JSONValue] {
        ["candidates": candidate(parts: parts, finishReason: "STOP", message: nil)]
    }

    private func blocked(_ reason: String?) -> [String: JSONValue] {
        let message = "Unable to show the generated image."
        return ["candidates": candidate(parts: nil, finishReason: reason ?? "IMAGE_SAFETY", message: message)]
    }

    private static let thought: JSONValue = ["text": "First a sketch.", "thought": true]

    private func part(_ picture: EncodedPicture, _ place: JSONValue) -> JSONValue {
        .object(["inlineData": .object(["mimeType": .string(picture.mimeType), "data": place])])
    }

    /// A thought may carry a picture of its own; a client that takes it shows the wrong one.
    private static let sketch: JSONValue = {
        let bytes = PNG.encode(TestPicture(width: 8, height: 8, hue: 0))
        return .object([
            "thought": .bool(true),
            "inlineData": .object(["mimeType": .string("image/png"), "data": .string(Base64.encode(bytes))]),
        ])
    }()

    private func candidate(parts: [JSONValue]?, finishReason: String, message: String?) -> JSONValue {
        var candidate: [String: JSONValue] = ["finishReason": .string(finishReason), "index": .int(0)]
        if let parts { candidate["content"] = .object(["role": .string("model"), "parts": .array(parts)]) }
        if let message { candidate["finishMessage"] = .string(message) }
        return .array([.object(candidate)])
    }

    private func usage(prompt: Int, made: (tokens: Int, modality: String)?) -> JSONValue {
        var usage: [String: JSONValue] = [
            "promptTokenCount": .int(.init(prompt)), "totalTokenCount": .int(.init(prompt + (made?.tokens ?? 0))),
            "promptTokensDetails": details("TEXT", prompt),
        ]
        if let made {
            usage["candidatesTokenCount"] = .int(.init(made.tokens))
            usage["candidatesTokensDetails"] = details(made.modality, made.tokens)
        }
        return .object(usage)
    }

    private func details(_ modality: String, _ count: Int) -> JSONValue {
        .array([.object(["modality": .string(modality), "tokenCount": .int(.init(count))])])
    }
}
