import JSONCoding
import JobModel
import Orchestration

/// Turns the body of a 200 into a picture, or into the reason why there is none.
struct ImagenReplyReader {
    let limits: JSONLimits
    let model: String
    let price: Price

    func read(_ body: [UInt8]) throws(Refusal) -> GeneratedMedia {
        let reply: ImagenReplyBody
        do throws(JSONError) {
            reply = try JSON.decode(
                ImagenReplyBody.self, from: body, cutting: ImagenReplyBody.longFields, limits: limits)
        } catch {
            throw Refusal(undecodable: error, picture: ".bytesBase64Encoded")
        }
        let picture = reply.predictions?.first { $0.bytesBase64Encoded?.bytes.isEmpty == false }
        guard let picture, let bytes = picture.bytesBase64Encoded?.bytes else { throw refusal(reply, body) }
        return GeneratedMedia(bytes: bytes, mediaType: picture.mimeType, model: model, costMicros: price.micros)
    }

    /// A content policy shows as fewer pictures than were asked for, with or without a reason: never as an error status.
    private func refusal(_ reply: ImagenReplyBody, _ body: [UInt8]) -> Refusal {
        if reply.error != nil { return Refusal(google: body) }
        let predictions = reply.predictions ?? []
        if let reason = predictions.lazy.compactMap(\.raiFilteredReason).first {
            return Refusal(verdict: .init(.refused, retry: false), code: "RAI_FILTERED", words: reason)
        }
        if predictions.contains(where: { $0.bytesBase64Encoded != nil || $0.mimeType != nil }) {
            return Refusal(verdict: .init(.unusableOutput, retry: true), code: "NO_IMAGE", words: nil)
        }
        if let stranger = strangeField(body) {
            return Refusal(
                verdict: .init(.providerFailure, retry: true), code: "BAD_ANSWER",
                words: "the answer has no predictions, but \(stranger.prefix(40))")
        }
        return Refusal(verdict: .init(.refused, retry: false), code: "NO_PREDICTIONS", words: nil)
    }

    /// The first field, by name, that an answer of Imagen's does not have.
    private func strangeField(_ body: [UInt8]) -> String? {
        do {
            let fields = try JSON.decode(JSONValue.self, from: body, limits: limits).objectValue ?? [:]
            return fields.keys.filter { !ImagenReplyBody.knownFields.contains($0) }.min()
        } catch {
            // It was read once already, so it can only be the reader's own limits: then it is no answer either.
            return error.message
        }
    }
}
