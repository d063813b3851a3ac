import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite struct GoogleRequestTests {
    private func sent(
        _ request: GenerationRequest, by make: (FakeHTTP) throws -> any MediaProvider
    ) async throws -> (HTTPRequest, JSONValue) {
        let http = FakeHTTP(status: 200, body: Array("{}".utf8))
        _ = try await make(http).generate(request, observer: CallObserver())
        let request = try #require(await http.sent.requests.first)
        return (request, try JSON.decode(JSONValue.self, from: request.body))
    }

    @Test func geminiIsAskedAsItsOwnLibraryDoes() async throws {
        let (request, body) = try await sent(Adapter.request(prompt: "a \"brass\" lamp")) { try Gemini.provider($0) }
        #expect(request.method == "POST")
        #expect(request.url == "https://gemini.test/v1beta/models/some-image-model:generateContent")
        let expected: JSONValue = [
            "contents": [["role": "user", "parts": [["text": "a \"brass\" lamp"]]]],
            "generationConfig": ["responseModalities": ["TEXT", "IMAGE"], "imageConfig": ["aspectRatio": "1:1"]],
        ]
        #expect(body == expected)
    }

    @Test func geminiObeysItsConfiguration() async throws {
        let (request, body) = try await sent(Adapter.request(model: "models/other-model")) { http in
            try Gemini.provider(http) { configuration in
                configuration.apiVersion = .v1
                configuration.safetyThreshold = .onlyHigh
                configuration.aspectRatio = try AspectRatio("16:9")
                configuration.maximumBodyBytes = 1000
            }
        }
        #expect(request.url == "https://gemini.test/v1/models/other-model:generateContent")
        #expect(request.maximumBodyBytes == 1000)
        #expect(body["generationConfig"]?["imageConfig"]?["aspectRatio"] == "16:9")
        let settings = try #require(body["safetySettings"]?.arrayValue)
        #expect(Set(settings.compactMap { $0["category"]?.stringValue }).count == 4)
        #expect(settings.allSatisfy { $0["threshold"] == "BLOCK_ONLY_HIGH" })
    }

    @Test func imagenIsAskedForOneJPEG() async throws {
        let (request, body) = try await sent(Adapter.request()) { try Imagen.provider($0) }
        #expect(request.method == "POST")
        #expect(request.url == "https://imagen.test/v1beta/models/some-image-model:predict")
        let expected: JSONValue = [
            "instances": [["prompt": "a brass lamp"]],
            "parameters": [
                "sampleCount": 1, "aspectRatio": "1:1", "includeRaiReason": true,
                "outputOptions": ["mimeType": "image/jpeg"],
            ],
        ]
        #expect(body == expected)
    }

    @Test func imagenObeysItsConfiguration() async throws {
        let (request, body) = try await sent(Adapter.request(model: "models/other-model")) { http in
            try Imagen.provider(http, safetyThreshold: .lowAndAbove) { configuration in
                configuration.apiVersion = .v1
                configuration.personGeneration = .adults
                configuration.aspectRatio = try AspectRatio("3:4")
            }
        }
        #expect(request.url == "https://imagen.test/v1/models/other-model:predict")
        let parameters = try #require(body["parameters"])
        #expect(parameters["safetySetting"] == "BLOCK_LOW_AND_ABOVE")
        #expect(parameters["personGeneration"] == "ALLOW_ADULT")
        #expect(parameters["aspectRatio"] == "3:4")
    }

    @Test func imagenHasNoThresholdThatIsOff() {
        #expect(throws: ProviderConfigurationError.self) { try Imagen.configuration(safetyThreshold: .off) }
    }

    @Test(arguments: [
        "", "gemini.test", "ftp://gemini.test", "https://", "https://gemini.test/v1", "https://gemini.test?x",
        "https://user@gemini.test", "https://gemini.test#x", "https://gemini .test",
    ])
    func onlyOriginsAreTaken(origin: String) {
        #expect(throws: ProviderConfigurationError.self) { try Gemini.configuration(origin: origin) }
    }

    @Test func anOriginMayEndWithASlash() throws {
        #expect(try Gemini.configuration(origin: "http://127.0.0.1:8080/").origin.text == "http://127.0.0.1:8080")
    }

    @Test func namesOfModelsAreComparedBare() throws {
        let provider = try Gemini.provider(FakeHTTP(status: 200, body: [])) { configuration in
            configuration.prices = try PriceTable("gemini/some-model=39000")
        }
        #expect(provider.price(ofModel: "models/some-model") == .micros(39_000))
    }

    @Test(arguments: ["", "1", "1:", ":1", "0:1", "1:1:1", "a:b", "100:1", "1 :1", "١:١", "-1:1"])
    func oddAspectRatiosAreRefused(text: String) {
        #expect(throws: ProviderConfigurationError.self) { try AspectRatio(text) }
    }
}
