import JSONCoding
import JobModel
import Orchestration

/// Turns the body of a 200 into a picture, or into the reason why there is none.
struct GeminiReplyReader {
    let limits: JSONLimits
    let model: String
    let priceMicros: Int64?

    /// Why there is no picture, before it is put into an error.
    struct Refusal: Error, Equatable {
        var verdict: GeminiErrors.Verdict
        var code: String
        var words: String?
    }

    func read(_ body: [UInt8]) throws(Refusal) -> GeneratedMedia {
        let reply: GeminiReplyBody
        do throws(JSONError) {
            reply = try JSON.decode(
                GeminiReplyBody.self, from: body, cutting: GeminiReplyBody.longFields, limits: limits)
        } catch {
            throw undecodable(error)
        }
        let parts = (reply.candidates ?? []).flatMap(\.answer)
        guard let picture = parts.lazy.compactMap(\.inlineData).first(where: { $0.data?.bytes.isEmpty == false }),
            let bytes = picture.data?.bytes
        else { throw refusal(reply) }
        return GeneratedMedia(bytes: bytes, mediaType: picture.mimeType, model: model, costMicros: priceMicros)
    }

    private func undecodable(_ error: JSONError) -> Refusal {
        let words = error.path.isEmpty ? "the answer \(error.message)" : "\(error.path) \(error.message)"
        // A picture in broken base64 is bad output; anything else is no answer in a shape we know.
        let isPicture = error.code == .invalidValue && error.path.hasSuffix(".inlineData.data")
        let kind: MediaError.Kind = isPicture ? .unusableOutput : .providerFailure
        return Refusal(verdict: .init(kind, retry: true), code: "BAD_ANSWER", words: words)
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
