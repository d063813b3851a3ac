import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite struct OpenAIRequestTests {
    private func sent(
        _ request: GenerationRequest, by configuration: OpenAIConfiguration
    ) async throws -> (HTTPRequest, JSONValue) {
        let http = FakeHTTP(status: 200, body: Array("{}".utf8))
        _ = try await OpenAI.provider(http) { $0 = configuration }.generate(request, observer: CallObserver())
        let request = try #require(await http.sent.requests.first)
        return (request, try JSON.decode(JSONValue.self, from: request.body))
    }

    @Test func gptImageModelsAreAskedForAJPEG() async throws {
        let (request, body) = try await sent(Adapter.request(), by: OpenAI.configuration())
        #expect(request.method == "POST" && request.url == "https://openai.test/v1/images/generations")
        #expect(request.headers.contains { $0 == ("authorization", "Bearer \(Adapter.key)") })
        let expected: JSONValue = [
            "model": "some-image-model", "prompt": "a brass lamp", "n": 1, "size": "1024x1024",
            "output_format": "jpeg",
        ]
        #expect(body == expected)
    }

    @Test func everyFieldThatServersDisputeIsConfiguration() async throws {
        var configuration = try OpenAI.configuration(
            base: "http://127.0.0.1:7861/api/v1/", key: nil, outputCompression: 85, quality: "hd")
        configuration.responseFormat = .base64
        configuration.outputFormat = .none
        configuration.size = .auto
        let (request, body) = try await sent(Adapter.request(model: "org/other-model"), by: configuration)
        #expect(request.url == "http://127.0.0.1:7861/api/v1/images/generations")
        #expect(!request.headers.contains { $0.name == "authorization" })
        let expected: JSONValue = [
            "model": "org/other-model", "prompt": "a brass lamp", "n": 1, "size": "auto", "quality": "hd",
            "response_format": "b64_json", "output_compression": 85,
        ]
        #expect(body == expected)
    }

    @Test(arguments: [
        (512, 512, "1024x1024"), (1024, 1024, "1024x1024"), (1920, 1080, "1536x1024"), (900, 1200, "1024x1536"),
        (1100, 1000, "1024x1024"), (4000, 10, "1536x1024"),
    ])
    func theNearestShapeIsAskedFor(width: Int, height: Int, size: String) async throws {
        let request = try Adapter.request(size: PixelSize(width: width, height: height))
        #expect(try await sent(request, by: OpenAI.configuration()).1["size"] == .string(size))
    }

    @Test func amongEqualShapesTheNearestAreaIsAskedFor() async throws {
        var configuration = try OpenAI.configuration()
        configuration.size = .nearest([256, 512, 1024].map { PixelSize(width: $0, height: $0) })
        let request = try Adapter.request(size: PixelSize(width: 600, height: 600))
        #expect(try await sent(request, by: configuration).1["size"] == "512x512")
        configuration.size = .fixed(PixelSize(width: 640, height: 384))
        #expect(try await sent(request, by: configuration).1["size"] == "640x384")
    }

    @Test(arguments: ["", "api.test/v1", "https://", "https://api.test/v1?x=1", "https://a@api.test/v1"])
    func onlyBaseURLsAreTaken(base: String) {
        #expect(throws: ProviderConfigurationError.self) { try OpenAI.configuration(base: base) }
    }

    @Test func valuesOutOfRangeAreRefused() {
        #expect(throws: ProviderConfigurationError.self) { try OpenAI.configuration(outputCompression: 101) }
        #expect(throws: ProviderConfigurationError.self) { try OpenAI.configuration(quality: "very high") }
        for model in ["", "a b", "é", String(repeating: "a", count: 201)] {
            #expect(throws: ProviderConfigurationError.self) { try OpenAI.configuration(model: model) }
        }
    }
}
