import JSONCoding
import JobModel

/// Turns the body of a 200 into a picture or the place where it is, or into the reason why there is none.
struct OpenAIReplyReader {
    enum Picture: Equatable {
        case bytes([UInt8], mediaType: String?)
        /// As it stands in the answer.
        case url(String)
    }

    let limits: JSONLimits

    func read(_ body: [UInt8]) throws(Refusal) -> Picture {
        let reply: OpenAIReplyBody
        do throws(JSONError) {
            reply = try JSON.decode(
                OpenAIReplyBody.self, from: body, cutting: OpenAIReplyBody.longFields, limits: limits)
        } catch {
            throw Refusal(undecodable: error, picture: ".b64_json")
        }
        for entry in reply.data ?? [] {
            if let bytes = entry.base64?.bytes, !bytes.isEmpty {
                return .bytes(bytes, mediaType: reply.outputFormat.map { "image/\($0)" })
            }
            if let url = entry.url, !url.isEmpty { return .url(url) }
        }
        throw refusal(reply, body)
    }

    private func refusal(_ reply: OpenAIReplyBody, _ body: [UInt8]) -> Refusal {
        if reply.error != nil {
            let failure = OpenAIFailureBody(body)
            // The status says success, so only the words can be trusted; a 500 has no meaning of its own either.
            return Refusal(
                verdict: failure.verdict(status: 500), code: failure.code ?? Refusal.errorInAnswer,
                words: failure.message)
        }
        guard reply.data != nil else {
            return Refusal(
                verdict: .init(.providerFailure, retry: true), code: "BAD_ANSWER", words: "the answer has no data")
        }
        return Refusal(verdict: .init(.unusableOutput, retry: true), code: "NO_IMAGE", words: nil)
    }
}
