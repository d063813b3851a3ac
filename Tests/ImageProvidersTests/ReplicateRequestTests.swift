import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite("Replicate's creating call", .timeLimit(.minutes(2)))
struct ReplicateRequestTests {
    private func sent(
        _ request: GenerationRequest, _ adjust: (inout ReplicateConfiguration) throws -> Void = { _ in }
    ) async throws -> HTTPRequest {
        let http = ScriptedHTTP([.answer(Replicate.status(500))])
        _ = try await Replicate.provider(http, adjust).generate(request, observer: CallObserver())
        #expect(http.requests.count == 1)
        return try #require(http.requests.first)
    }

    private func header(_ name: String, _ request: HTTPRequest) -> String? {
        request.headers.first { $0.name == name }?.value
    }

    @Test func asksForAnOfficialModel() async throws {
        let request = try await sent(Replicate.request(prompt: "a \"brass\" lamp"))
        #expect(request.method == "POST")
        #expect(request.url == "https://replicate.test/v1/models/google/nano-banana/predictions")
        let expected: JSONValue = [
            "input": ["prompt": "a \"brass\" lamp", "aspect_ratio": "1:1", "output_format": "jpg"]
        ]
        #expect(try JSON.decode(JSONValue.self, from: request.body) == expected)
        #expect(header("authorization", request) == "Bearer \(Replicate.token)")
        #expect(header("content-type", request) == "application/json")
        // Whole seconds of what is left, which is a little less than the attempt's 60; 5 are kept to fetch the picture.
        let wait = try #require(header("prefer", request).flatMap { Int($0.trimmingPrefix("wait=")) })
        let end = try #require(header("cancel-after", request).flatMap { Int($0.dropLast()) })
        #expect((50..<60).contains(end) && wait == end - 5)
        #expect(request.timeout <= .seconds(60) && request.timeout > .seconds(50))
        #expect(request.connectTimeout == .seconds(10) && request.addressFilter == nil)
        #expect(request.onSend != nil)
    }

    @Test(
        arguments: [
            ("owner/name:v1", "/v1/predictions", "owner/name:v1"),
            (String(repeating: "0a", count: 32), "/v1/predictions", String(repeating: "0a", count: 32)),
            ("deployments/acme/lamp-maker", "/v1/deployments/acme/lamp-maker/predictions", nil),
            ("owner/na.me_2", "/v1/models/owner/na.me_2/predictions", nil),
        ] as [(String, String, String?)])
    func otherModelsHaveOtherPlaces(model: String, path: String, version: String?) async throws {
        let request = try await sent(Replicate.request(model: model))
        #expect(request.url == "https://replicate.test" + path)
        let body = try JSON.decode(JSONValue.self, from: request.body)
        #expect(body["version"]?.stringValue == version)
        #expect(try ReplicateConfiguration(key: Replicate.key(), model: model).model == model)
    }

    @Test(arguments: [
        "", "name", "a/b/c", "../a/b", "a/..", "a/b?x", "a/b:", "a/b:c:d", "a /b", "a/b#c", "/a/b", "a/b/",
        "deployments/a/b:c", "é/b", String(repeating: "g", count: 64), "a/" + String(repeating: "b", count: 129),
    ])
    func namesOfModelsCannotLeaveTheirPlaceInTheURL(model: String) async throws {
        let http = ScriptedHTTP([])
        let result = try await Replicate.provider(http).generate(
            Replicate.request(model: model), observer: CallObserver())
        let error = try #require(mediaError(result))
        #expect(error.kind == .invalidRequest && !error.isRetryable && error.phase == .beforeSend)
        #expect(http.requests.isEmpty)
        #expect(throws: ProviderConfigurationError.self) { try Replicate.configuration(model: model) }
    }

    @Test func aModelWithoutAPriceIsNotUsed() async throws {
        let http = ScriptedHTTP([])
        let provider = try Replicate.provider(http) { $0.prices = try PriceTable("replicate/google/nano-banana=1") }
        let result = await provider.generate(try Replicate.request(model: "a/b"), observer: CallObserver())
        #expect(mediaError(result)?.kind == .invalidRequest && mediaError(result)?.phase == .beforeSend)
        #expect(http.requests.isEmpty)
        #expect(provider.price(ofModel: "google/nano-banana") == .micros(1))
        #expect(provider.name == "replicate" && provider.model == "google/nano-banana")
    }

    @Test func aPromptThatJSONCannotCarryIsRefusedBeforeSending() async throws {
        let http = ScriptedHTTP([])
        let result = try await Replicate.provider(http).generate(
            Replicate.request(prompt: "a\0b"), observer: CallObserver())
        #expect(mediaError(result)?.kind == .invalidRequest && mediaError(result)?.phase == .beforeSend)
        #expect(http.requests.isEmpty)
    }

    @Test func theInputIsTheOperators() async throws {
        let request = try await sent(Replicate.request()) { configuration in
            configuration.input = try ReplicateInput(
                promptField: "text", aspectRatio: nil,
                extra: #"{"output_format":null,"seed":7,"safety":{"level":[1,2.5,true]}}"#)
        }
        let expected: JSONValue = [
            "input": ["text": "a brass lamp", "seed": 7, "safety": ["level": [1, 2.5, true]]]
        ]
        #expect(try JSON.decode(JSONValue.self, from: request.body) == expected)
    }

    @Test(arguments: ["[]", "{", "", "1", #"{"prompt":"x"}"#, #"{"a":1,"a":2}"#, "{\"a\":\"" + longText + "\"}"])
    func aBadInputIsRefused(extra: String) {
        #expect(throws: ProviderConfigurationError.self) { try ReplicateInput(extra: extra) }
    }

    private static let longText = String(repeating: "x", count: 64 << 10)

    @Test func aWebhookTellsInsteadOfWaiting() async throws {
        let route = "https://darkroom.test/api/v1/webhooks/replicate"
        let request = try await sent(Replicate.request(caseID: try CaseID("case-7"))) { $0.webhookURL = route }
        let body = try JSON.decode(JSONValue.self, from: request.body)
        #expect(body["webhook"]?.stringValue == "\(route)?case=case-7", "our route knows a call by its case")
        #expect(body["webhook_events_filter"] == ["completed"])
        #expect(header("prefer", request) == nil)
    }

    @Test(arguments: [(0, nil), (1, "wait=1"), (60, "wait=60"), (900, "wait=60"), (-1, nil)] as [(Int, String?)])
    func theWaitIsConfigurable(seconds: Int, prefer: String?) async throws {
        let request = try await sent(Replicate.request()) { $0.waitSeconds = seconds }
        #expect(header("prefer", request) == prefer)
    }

    @Test func aShortAttemptIsNotHeldAndHasTheLeastCancelAfter() async throws {
        let request = try await sent(Replicate.request(timeout: .seconds(3)))
        #expect(header("prefer", request) == nil)
        #expect(header("cancel-after", request) == "5s")
        #expect(request.timeout <= .seconds(3) && request.connectTimeout <= .seconds(3))
    }

    @Test(arguments: [
        "", "replicate.test", "ftp://replicate.test", "https://", "https://replicate.test/v1",
        "https://replicate.test?x",
        "https://user@replicate.test", "https://replicate.test#x",
    ])
    func onlyOriginsAreTaken(origin: String) {
        #expect(throws: ProviderConfigurationError.self) { try Replicate.configuration(origin: origin) }
    }

    @Test("the token goes to the API and nowhere else, and is not printed")
    func token() async throws {
        let http = ScriptedHTTP([
            .answer(try Replicate.prediction("succeeded", output: .string(Replicate.file))),
            .answer(Replicate.delivered()),
        ])
        let result = try await Replicate.provider(http).generate(Replicate.request(), observer: CallObserver())
        #expect(madeMedia(result)?.bytes == Replicate.picture)
        let (api, file) = (http.requests[0], http.requests[1])
        #expect(api.headers.filter { $0.value.contains(Replicate.token) }.map(\.name) == ["authorization"])
        #expect(!file.headers.contains { $0.value.contains(Replicate.token) } && file.onSend == nil)
        #expect(!"\(try Replicate.configuration())".contains(Replicate.token))
    }
}
