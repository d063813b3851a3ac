import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

/// What holds for a call of every adapter: what leaves, what is billed, what is shown.
@Suite struct CallRuleTests {
    private static let secretName = [
        "gemini": "x-goog-api-key", "imagen": "x-goog-api-key", "openai": "authorization",
    ]

    @Test(arguments: Adapter.allCases)
    func aCallIsOneRequestThatIsToldOnce(adapter: Adapter) async throws {
        let http = FakeHTTP(status: 200, body: Array("{}".utf8))
        let (sendings, names) = (Counter(), Counter())
        let observer = CallObserver(sent: { sendings.add() }, named: { _ in names.add() })
        var request = try Adapter.request()
        request.resuming = try RemoteCall(provider: adapter.rawValue, id: "earlier")
        _ = try await adapter.provider(http).generate(request, observer: observer)
        #expect(await http.sent.requests.count == 1)
        #expect(sendings.count == 1 && names.count == 0)
    }

    @Test(arguments: Adapter.allCases)
    func theKeyTravelsInItsHeaderOnly(adapter: Adapter) async throws {
        let http = FakeHTTP(status: 200, body: Array("{}".utf8))
        _ = try await adapter.provider(http).generate(Adapter.request(), observer: CallObserver())
        let request = try #require(await http.sent.requests.first)
        #expect(
            request.headers.filter { $0.value.contains(Adapter.key) }.map(\.name)
                == [try #require(Self.secretName[adapter.rawValue])])
        #expect(request.headers.contains { $0.name == "content-type" && $0.value == "application/json" })
        #expect(!request.url.contains(Adapter.key))
        #expect(!String(decoding: request.body, as: UTF8.self).contains(Adapter.key))
        #expect(request.addressFilter == nil && request.maximumBodyBytes == 64 << 20)
        #expect(request.timeout == .seconds(60) && request.connectTimeout == .seconds(10))
    }

    @Test(arguments: Adapter.allCases)
    func aShortAttemptHasAShortConnectTimeout(adapter: Adapter) async throws {
        let http = FakeHTTP(status: 200, body: Array("{}".utf8))
        var request = try Adapter.request()
        request.timeout = .seconds(4)
        _ = try await adapter.provider(http).generate(request, observer: CallObserver())
        let sent = try #require(await http.sent.requests.first)
        #expect(sent.timeout == .seconds(4) && sent.connectTimeout == .seconds(4))
    }

    @Test(arguments: Adapter.allCases)
    func aModelWithoutAPriceIsNotAsked(adapter: Adapter) async throws {
        let http = FakeHTTP(status: 200, body: Array("{}".utf8))
        let provider = try adapter.provider(http, prices: "\(adapter.rawValue)/\(Adapter.model)=40000")
        #expect(provider.price(ofModel: Adapter.model) == .micros(40_000))
        #expect(provider.price(ofModel: "dearer-model") == .unknown)
        let request = try Adapter.request(model: "dearer-model")
        let error = try #require(await provider.generate(request, observer: CallObserver()).error)
        #expect(error.kind == .invalidRequest && !error.isRetryable && error.phase == .beforeSend)
        #expect(error.message.contains("dearer-model"))
        #expect(await http.sent.requests.isEmpty)
    }

    @Test(arguments: Adapter.allCases)
    func aPromptThatJSONCannotCarryIsRefusedBeforeSending(adapter: Adapter) async throws {
        let http = FakeHTTP(status: 200, body: Array("{}".utf8))
        let request = try Adapter.request(prompt: "a\0b")
        let error = try #require(try await adapter.provider(http).generate(request, observer: CallObserver()).error)
        #expect(error.kind == .invalidRequest && error.phase == .beforeSend)
        #expect(await http.sent.requests.isEmpty)
    }

    @Test(arguments: [Adapter.gemini, .imagen], badSegments)
    func namesOfModelsCannotLeaveTheirPlaceInTheURL(adapter: Adapter, model: String) async throws {
        let http = FakeHTTP(status: 200, body: Array("{}".utf8))
        let request = try Adapter.request(model: model)
        let error = try #require(try await adapter.provider(http).generate(request, observer: CallObserver()).error)
        #expect(error.kind == .invalidRequest && !error.isRetryable && error.phase == .beforeSend)
        #expect(await http.sent.requests.isEmpty)
        #expect(throws: ProviderConfigurationError.self) { try Gemini.configuration(model: model) }
        #expect(throws: ProviderConfigurationError.self) { try Imagen.configuration(model: model) }
    }

    static let badSegments = [
        "../secrets", "a/b", "a?key=b", "a:b", "", "..", "a b", "é", String(repeating: "a", count: 129),
    ]

    @Test(arguments: Adapter.allCases, [0, 8_180, 8_190, 8_192, 8_200])
    func theKeyNeverShowsWhereverItStands(adapter: Adapter, offset: Int) async throws {
        let message = String(repeating: " ", count: offset) + Adapter.key + "\u{301} " + Adapter.key + Adapter.key
        let body: JSONValue = [
            "error": ["status": .string(Adapter.key), "code": .string(Adapter.key), "message": .string(message)]
        ]
        for status in [200, 500] {
            let http = FakeHTTP(
                status: status, headers: [("x-request-id", Adapter.key)], body: try JSON.encode(body))
            let provider = try adapter.provider(http)
            let error = try #require(try await provider.generate(Adapter.request(), observer: CallObserver()).error)
            #expect(!"\(error)".contains("test-key-0"))
        }
    }

    @Test func keysAreNotPrinted() throws {
        let configurations: [any Sendable] = [
            try Gemini.configuration(), try Imagen.configuration(), try OpenAI.configuration(),
        ]
        for configuration in configurations {
            var dumped = ""
            dump(configuration, to: &dumped)
            for text in ["\(configuration)", String(reflecting: configuration), dumped] {
                #expect(!text.contains(Adapter.key))
            }
        }
        for bad in ["", "with space", "line\nbreak", "é", String(repeating: "k", count: 513)] {
            #expect(throws: ProviderConfigurationError.self) { try ProviderKey(bad, for: "Gemini") }
        }
    }
}
