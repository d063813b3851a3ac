import Foundation
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

/// A recorded-shape reply with what must become of it.
struct GeminiFixture: Decodable, Sendable, CustomTestStringConvertible {
    struct Expectation: Decodable, Sendable {
        struct Made: Decodable, Sendable {
            var mediaType: String
            var bytes: Int
        }

        var made: Made?
        var kind: MediaError.Kind?
        var retryable: Bool?
        var retryAfterMs: Int64?
        var providerCode: String?
        var messageContains: String?
    }

    var status: Int
    var headers: [String: String]
    var body: JSONValue?
    var bodyText: String?
    var expect: Expectation
    var name: String?

    var testDescription: String { name ?? "" }

    func bytes() throws -> [UInt8] {
        if let body { return try JSON.encode(body) }
        return Array((bodyText ?? "").utf8)
    }

    static func all() throws -> [GeminiFixture] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../fixtures/provider-replies/gemini").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { file in
                var fixture = try JSON.decode(GeminiFixture.self, from: [UInt8](Data(contentsOf: file)))
                fixture.name = file.deletingPathExtension().lastPathComponent
                return fixture
            }
    }
}

@Suite struct GeminiReplyTests {
    @Test func fixturesAreThere() throws {
        #expect(try GeminiFixture.all().count >= 60)
    }

    @Test(arguments: try GeminiFixture.all())
    func everyReplyIsClassified(fixture: GeminiFixture) async throws {
        let http = FakeHTTP(
            status: fixture.status, headers: fixture.headers.map { ($0.key, $0.value) }, body: try fixture.bytes())
        let result = try await Gemini.provider(http).generate(Gemini.request())
        if let made = fixture.expect.made {
            let media = try #require(result.media, "\(result)")
            #expect(media.bytes.count == made.bytes)
            #expect(media.mediaType == made.mediaType)
            #expect(media.model == "some-image-model")
            return
        }
        let error = try #require(result.error, "\(result)")
        #expect(error.kind == fixture.expect.kind)
        #expect(error.isRetryable == fixture.expect.retryable)
        #expect(error.retryAfter == fixture.expect.retryAfterMs)
        #expect(error.providerCode == fixture.expect.providerCode)
        if let words = fixture.expect.messageContains { #expect(error.message.contains(words)) }
        #expect(error.provider == "gemini" && error.phase == .answerRead)
        #expect(error.context["httpStatus"] == String(fixture.status))
        #expect(error.message.count <= 400 && !error.message.contains(Gemini.key))
    }

    @Test func aPictureOfMegabytesComesOutWhole() async throws {
        let picture = (0..<1_400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let body =
            #"{"candidates":[{"content":{"parts":[{"text":"\"data\":\""},{"inlineData":{"mimeType":"image/png","data":""#
            + Base64.encode(picture) + #""}}]},"finishReason":"STOP"}]}"#
        let http = FakeHTTP(status: 200, body: Array(body.utf8))
        let result = try await Gemini.provider(http) { $0.priceMicros = 39_000 }.generate(Gemini.request())
        let media = try #require(result.media)
        let isWhole = media.bytes == picture
        #expect(isWhole)
        #expect(media.costMicros == 39_000)
    }

    @Test func theModelsWordsAreShortAndClean() async throws {
        let words = "No\u{7}\n\nreally " + String(repeating: "x", count: 60_000) + Gemini.key
        let body: JSONValue = ["candidates": [["finishReason": "IMAGE_SAFETY", "finishMessage": .string(words)]]]
        let http = FakeHTTP(status: 200, body: try JSON.encode(body))
        let error = try #require(try await Gemini.provider(http).generate(Gemini.request()).error)
        #expect(error.message.contains(": No really xxx"))
        #expect(error.message.hasSuffix("x…"))
        #expect(error.message.count < 400)
    }

    @Test(arguments: [0, 8_180, 8_190, 8_192, 8_200])
    func theKeyNeverShowsWhereverItStands(offset: Int) async throws {
        let spaces = String(repeating: " ", count: offset)
        let message = spaces + Gemini.key + "\u{301} " + Gemini.key + Gemini.key
        let body: JSONValue = ["error": ["status": .string(Gemini.key), "message": .string(message)]]
        let http = FakeHTTP(status: 500, body: try JSON.encode(body))
        let error = try #require(try await Gemini.provider(http).generate(Gemini.request()).error)
        #expect(!"\(error)".contains("test-key-0"))
    }
}
