import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite struct ReplyTextTests {
    private static let heads = [
        Adapter.gemini:
            #"{"candidates":[{"content":{"parts":[{"text":"\"data\":\""},{"inlineData":{"mimeType":"image/png","data":""#,
        .imagen: #"{"predictions":[{"prompt":"\"bytesBase64Encoded\":","mimeType":"image/png","bytesBase64Encoded":""#,
        .openai: #"{"output_format":"png","data":[{"revised_prompt":"\"b64_json\":","b64_json":""#,
    ]
    private static let tails = [
        Adapter.gemini: #""}}]},"finishReason":"STOP"}]}"#, .imagen: #""}]}"#, .openai: #""}]}"#,
    ]

    @Test(arguments: Adapter.allCases)
    func aPictureOfMegabytesComesOutWhole(adapter: Adapter) async throws {
        let picture = (0..<1_400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let (head, tail) = (try #require(Self.heads[adapter]), try #require(Self.tails[adapter]))
        let http = FakeHTTP(status: 200, body: Array((head + Base64.encode(picture) + tail).utf8))
        let provider = try adapter.provider(http, prices: "\(adapter.rawValue)/*=39000")
        let media = try #require(await provider.generate(Adapter.request(), observer: CallObserver()).media)
        let isWhole = media.bytes == picture
        #expect(isWhole)
        #expect(media.costMicros == 39_000 && media.mediaType == "image/png")
    }

    @Test func theModelsWordsAreShortAndClean() async throws {
        let words = "No\u{7}\n\nreally " + String(repeating: "x", count: 60_000) + Adapter.key
        let body: JSONValue = ["candidates": [["finishReason": "IMAGE_SAFETY", "finishMessage": .string(words)]]]
        let http = FakeHTTP(status: 200, body: try JSON.encode(body))
        let provider = try Gemini.provider(http)
        let error = try #require(try await provider.generate(Adapter.request(), observer: CallObserver()).error)
        #expect(error.message.contains(": No really xxx"))
        #expect(error.message.hasSuffix("x…"))
        #expect(error.message.count < 400)
    }

    @Test func aModerationIsExplained() async throws {
        let body: JSONValue = [
            "error": [
                "code": "moderation_blocked", "message": "rejected",
                "moderation_details": ["moderation_stage": "input", "categories": ["violence", "self-harm"]],
            ]
        ]
        let http = FakeHTTP(status: 400, headers: [("x-request-id", "req-7")], body: try JSON.encode(body))
        let provider = try OpenAI.provider(http)
        let error = try #require(try await provider.generate(Adapter.request(), observer: CallObserver()).error)
        #expect(error.context["moderation"] == "input violence self-harm")
        #expect(error.context["requestID"] == "req-7")
    }
}
