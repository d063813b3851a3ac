import JSONCoding
import NIOCore

extension GeminiForm {
    /// Stands in the document for the picture's base64, which is never passed through a JSON encoder.
    private static let place = "@picture@"
    /// What Google counts for a 1K picture.
    private static let pictureTokens = 1_290

    func answer(_ content: AnswerContent, to call: ProviderCall, id: UInt64) throws(JSONError) -> Answer {
        let picture: EncodedPicture? =
            switch content {
            case .picture(let picture), .thoughtThenPicture(let picture): picture
            default: nil
            }
        let document = document(content, to: call, id: id)
        let bytes = try JSON.encode(document, style: .sorted)
        guard let picture else { return Answer(status: 200, body: [ByteBuffer(bytes: bytes)]) }
        return Answer(status: 200, body: splice(bytes, picture.base64))
    }

    private func document(_ content: AnswerContent, to call: ProviderCall, id: UInt64) -> JSONValue {
        let promptTokens = max(1, call.prompt.utf8.count / 4)
        var made: (tokens: Int, modality: String)?
        var document: [String: JSONValue] = [
            "modelVersion": .string(call.model), "responseId": .string("sim-\(id)"),
        ]
        switch content {
        case .promptBlocked(let reason):
            document["promptFeedback"] = .object(["blockReason": .string(reason)])
        case .imageBlocked(let reason):
            document["candidates"] = candidate(
                parts: nil, finishReason: reason, message: "Unable to show the generated image.")
        case .noPicture:
            document["candidates"] = candidate(parts: nil, finishReason: "NO_IMAGE", message: nil)
        case .text(let text):
            made = (max(1, text.utf8.count / 4), "TEXT")
            document["candidates"] = candidate(
                parts: [.object(["text": .string(text)])], finishReason: "STOP", message: nil)
        case .picture(let picture):
            made = (Self.pictureTokens, "IMAGE")
            document["candidates"] = candidate(parts: [part(picture)], finishReason: "STOP", message: nil)
        case .thoughtThenPicture(let picture):
            made = (Self.pictureTokens, "IMAGE")
            let thought: JSONValue = .object(["text": .string("First a sketch."), "thought": .bool(true)])
            document["candidates"] = candidate(
                parts: [thought, Self.sketch, part(picture)], finishReason: "STOP", message: nil)
        }
        document["usageMetadata"] = usage(prompt: promptTokens, made: made)
        return .object(document)
    }

    private func part(_ picture: EncodedPicture) -> JSONValue {
        .object(["inlineData": .object(["mimeType": .string(picture.mimeType), "data": .string(Self.place)])])
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

    private func splice(_ document: [UInt8], _ picture: ByteBuffer) -> [ByteBuffer] {
        let place = Array(Self.place.utf8)
        // Sorted keys put `candidates` first: the place stands before anything a caller wrote.
        guard let start = document.indices.first(where: { document[$0...].starts(with: place) }) else {
            return [ByteBuffer(bytes: document)]
        }
        return [
            ByteBuffer(bytes: document[..<start]), picture, ByteBuffer(bytes: document[(start + place.count)...]),
        ]
    }
}
