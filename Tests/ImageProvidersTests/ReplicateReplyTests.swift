import CurlClient
import Foundation
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

/// Replies of recorded shape, one after another, with what must become of them.
struct ReplicateFixture: Decodable, Sendable, CustomTestStringConvertible {
    struct Reply: Decodable, Sendable {
        /// `create`, `ask` or `fetch`: what must have been requested.
        var to: String
        var status: Int
        var headers: [String: String]
        var body: JSONValue?
        var bodyText: String?
        var bodyBase64: Base64Data?

        func response() throws -> HTTPResponse {
            let bytes = try body.map { try JSON.encode($0) } ?? bodyBase64?.bytes ?? Array((bodyText ?? "").utf8)
            return HTTPResponse(status: status, headers: headers.map { ($0.key, $0.value) }, body: bytes)
        }
    }

    struct Expectation: Decodable, Sendable {
        struct Made: Decodable, Sendable {
            var mediaType: String
            var bytes: Int
        }

        var made: Made?
        var kind: MediaError.Kind?
        var retryable: Bool?
        /// Whether the asset waits for other words.
        var park: Bool?
        var phase: MediaError.Phase?
        var retryAfterMs: Int64?
        var providerCode: String?
        var messageContains: String?
        var costMicros: Int64?
    }

    var replies: [Reply]
    var resuming: Bool?
    var expect: Expectation
    var name: String?

    var testDescription: String { name ?? "" }

    static func all() throws -> [ReplicateFixture] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../fixtures/provider-replies/replicate").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { file in
                var fixture = try JSON.decode(ReplicateFixture.self, from: [UInt8](Data(contentsOf: file)))
                fixture.name = file.deletingPathExtension().lastPathComponent
                return fixture
            }
    }
}

@Suite("Replicate's replies", .timeLimit(.minutes(2)))
struct ReplicateReplyTests {
    @Test func fixturesAreThere() throws {
        #expect(try ReplicateFixture.all().count >= 90)
    }

    @Test(arguments: try ReplicateFixture.all())
    func everyReplyIsClassified(fixture: ReplicateFixture) async throws {
        let http = ScriptedHTTP(try fixture.replies.map { .answer(try $0.response()) })
        let told = Told()
        let earlier = fixture.resuming == true ? try Replicate.call() : nil
        let result = try await Replicate.provider(http).generate(
            Replicate.request(resuming: earlier), observer: told.observer)
        #expect(http.requests.map(Self.purpose) == fixture.replies.map(\.to))
        #expect(told.sent == fixture.replies.count { $0.to == "create" })
        guard let made = fixture.expect.made else { return try check(result, fixture.expect) }
        let media = try #require(madeMedia(result), "\(result)")
        #expect(media.bytes.count == made.bytes && media.mediaType == made.mediaType)
        #expect(media.model == "google/nano-banana" && media.costMicros == 39_000)
        let named = fixture.replies.contains { $0.to == "create" } ? [try Replicate.call()] : []
        #expect(told.named == named)
    }

    private func check(_ result: GenerationResult, _ expect: ReplicateFixture.Expectation) throws {
        let error = try #require(mediaError(result), "\(result)")
        #expect(error.kind == expect.kind)
        #expect(error.isRetryable == expect.retryable)
        #expect(error.retryAfter == expect.retryAfterMs)
        #expect(error.phase == expect.phase)
        #expect(error.providerCode == expect.providerCode)
        #expect(error.costMicros == expect.costMicros)
        let words = try #require(expect.messageContains)
        #expect(error.message.contains(words), "\(error.message)")
        let decision = RetryPolicy().decide(after: error, attempt: 1, timeLeft: 3_600_000, dice: 0)
        #expect((decision == .park) == expect.park)
        #expect(error.provider == "replicate" && error.message.count <= 500)
        #expect(!"\(error)".contains(Replicate.token))
    }

    private static func purpose(_ request: HTTPRequest) -> String {
        switch (request.method, request.url) {
        case ("POST", "https://replicate.test/v1/models/google/nano-banana/predictions"): "create"
        case ("GET", "https://replicate.test/v1/predictions/\(Replicate.id)"): "ask"
        case ("GET", Replicate.file): "fetch"
        default: "\(request.method) \(request.url)"
        }
    }

    @Test("a held picture of megabytes comes out whole")
    func megabytes() async throws {
        let picture = (0..<1_400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let output = "data:image/jpeg;base64," + Base64.encode(picture)
        let http = ScriptedHTTP([.answer(try Replicate.prediction("processing", output: .string(output)))])
        let result = try await Replicate.provider(http).generate(Replicate.request(), observer: CallObserver())
        let isWhole = madeMedia(result)?.bytes == picture
        #expect(isWhole)
    }

    @Test("the token never shows, wherever the provider repeats it", arguments: [0, 8_180, 8_190, 8_200])
    func redaction(offset: Int) async throws {
        let text = String(repeating: " ", count: offset) + Replicate.token + " " + Replicate.token + " (E1000)"
        let failed = ScriptedHTTP([.answer(try Replicate.prediction("failed", error: .string(text)))])
        let problem = HTTPResponse(status: 500, headers: [], body: try JSON.encode(["detail": text]))
        for http in [failed, ScriptedHTTP([.answer(problem)])] {
            let result = try await Replicate.provider(http).generate(Replicate.request(), observer: CallObserver())
            let error = try #require(mediaError(result))
            #expect(!"\(error)".contains("r8_test-token"))
        }
    }
}
