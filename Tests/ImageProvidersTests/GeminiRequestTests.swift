import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite struct GeminiRequestTests {
    private let nothing = Array("{}".utf8)

    private func sent(
        _ request: GenerationRequest, _ adjust: (inout GeminiConfiguration) -> Void = { _ in }
    ) async throws -> HTTPRequest {
        let http = FakeHTTP(status: 200, body: nothing)
        _ = try await Gemini.provider(http, adjust).generate(request)
        let requests = await http.sent.requests
        #expect(requests.count == 1)
        return try #require(requests.first)
    }

    @Test func asksAsTheProvidersOwnLibraryDoes() async throws {
        let request = try await sent(Gemini.request(prompt: "a \"brass\" lamp"))
        #expect(request.method == "POST")
        #expect(request.url == "https://gemini.test/v1beta/models/some-image-model:generateContent")
        let body = try JSON.decode(JSONValue.self, from: request.body)
        let expected: JSONValue = [
            "contents": [["role": "user", "parts": [["text": "a \"brass\" lamp"]]]],
            "generationConfig": ["responseModalities": ["TEXT", "IMAGE"], "imageConfig": ["aspectRatio": "1:1"]],
        ]
        #expect(body == expected)
        #expect(request.timeout == .seconds(60) && request.connectTimeout == .seconds(10))
        #expect(request.maximumBodyBytes == 64 << 20)
        #expect(request.addressFilter == nil)
    }

    @Test func theKeyTravelsInItsHeaderOnly() async throws {
        let request = try await sent(Gemini.request())
        #expect(request.headers.filter { $0.value.contains(Gemini.key) }.map(\.name) == ["x-goog-api-key"])
        #expect(request.headers.contains { $0.name == "content-type" && $0.value == "application/json" })
        #expect(!request.url.contains(Gemini.key))
        #expect(!String(decoding: request.body, as: UTF8.self).contains(Gemini.key))
    }

    @Test func obeysItsConfiguration() async throws {
        var asked = try Gemini.request(model: "models/other-model")
        asked.timeout = .seconds(4)
        let request = try await sent(asked) { configuration in
            configuration.apiVersion = .v1
            configuration.safetyThreshold = .onlyHigh
            configuration.aspectRatio = "16:9"
            configuration.maximumBodyBytes = 1000
        }
        #expect(request.url == "https://gemini.test/v1/models/other-model:generateContent")
        #expect(request.timeout == .seconds(4) && request.connectTimeout == .seconds(4))
        #expect(request.maximumBodyBytes == 1000)
        let body = try JSON.decode(JSONValue.self, from: request.body)
        #expect(body["generationConfig"]?["imageConfig"]?["aspectRatio"] == "16:9")
        let settings = try #require(body["safetySettings"]?.arrayValue)
        #expect(Set(settings.compactMap { $0["category"]?.stringValue }).count == 4)
        #expect(settings.allSatisfy { $0["threshold"] == "BLOCK_ONLY_HIGH" })
    }

    @Test(arguments: ["../secrets", "a/b", "a?key=b", "a:b", "", "..", "a b", "é", String(repeating: "a", count: 129)])
    func namesOfModelsCannotLeaveTheirPlaceInTheURL(model: String) async throws {
        let http = FakeHTTP(status: 200, body: nothing)
        let error = try #require(try await Gemini.provider(http).generate(Gemini.request(model: model)).error)
        #expect(error.kind == .invalidRequest && !error.isRetryable && error.phase == .beforeSend)
        #expect(await http.sent.requests.isEmpty)
        #expect(throws: GeminiConfigurationError.self) { try Gemini.configuration(model: model) }
    }

    @Test func aPromptThatJSONCannotCarryIsRefusedBeforeSending() async throws {
        let http = FakeHTTP(status: 200, body: nothing)
        let error = try #require(try await Gemini.provider(http).generate(Gemini.request(prompt: "a\0b")).error)
        #expect(error.kind == .invalidRequest && error.phase == .beforeSend)
        #expect(await http.sent.requests.isEmpty)
    }

    @Test(arguments: [
        "", "gemini.test", "ftp://gemini.test", "https://", "https://gemini.test/v1", "https://gemini.test?x",
        "https://user@gemini.test", "https://gemini.test#x", "https://gemini .test",
    ])
    func onlyOriginsAreTaken(origin: String) {
        #expect(throws: GeminiConfigurationError.self) { try Gemini.configuration(origin: origin) }
    }

    @Test func anOriginMayEndWithASlash() throws {
        #expect(try Gemini.configuration(origin: "http://127.0.0.1:8080/").origin == "http://127.0.0.1:8080")
    }

    @Test func keysAreNotPrinted() throws {
        let configuration = try Gemini.configuration()
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains(Gemini.key))
        }
        for bad in ["", "with space", "line\nbreak", "é", String(repeating: "k", count: 513)] {
            #expect(throws: GeminiConfigurationError.self) { try GeminiKey(bad) }
        }
    }
}
