import JSONCoding
import JobModel
import Orchestration

/// Turns the body of a 200 into a picture, or into the reason why there is none.
struct GeminiReplyReader {
    let limits: JSONLimits
    let model: String
    let price: Price

    func read(_ body: [UInt8]) throws(Refusal) -> GeneratedMedia {
        let reply: GeminiReplyBody
        do throws(JSONError) {
            reply = try JSON.decode(
                GeminiReplyBody.self, from: body, cutting: GeminiReplyBody.longFields, limits: limits)
        } catch {
            throw Refusal(undecodable: error, picture: ".inlineData.data")
        }
        let parts = (reply.candidates ?? []).flatMap(\.answer)
        guard let picture = parts.lazy.compactMap(\.inlineData).first(where: { $0.data?.bytes.isEmpty == false }),
            let bytes = picture.data?.bytes
        else { throw reply.error == nil ? refusal(reply) : Refusal(google: body) }
        return GeneratedMedia(bytes: bytes, mediaType: picture.mimeType, model: model, costMicros: price.micros)
    }

    private func refusal(_ reply: GeminiReplyBody) -> Refusal {
        if let reason = reply.promptFeedback?.blockReason {
            return Refusal(
                verdict: .init(.refused, retry: false), code: reason, words: reply.promptFeedback?.blockReasonMessage)
        }
        guard let candidate = reply.candidates?.first else {
            return Refusal(verdict: .init(.unusableOutput, retry: true), code: "NO_CANDIDATES", words: nil)
        }
        let text = candidate.answer.compactMap(\.text).filter { !$0.isEmpty }.joined(separator: " ")
        let words = candidate.finishMessage ?? (text.isEmpty ? nil : text)
        switch candidate.finishReason {
        case "STOP", nil:
            // It came to its end and said something instead: the model declines in words.
            if !text.isEmpty {
                return Refusal(verdict: .init(.refused, retry: false), code: "TEXT_ONLY", words: text)
            }
            return Refusal(verdict: .init(.unusableOutput, retry: true), code: "NO_IMAGE", words: words)
        case .some(let reason):
            return Refusal(verdict: GeminiErrors.verdict(finishReason: reason), code: reason, words: words)
        }
    }
}
