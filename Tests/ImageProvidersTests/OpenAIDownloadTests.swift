import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

/// Pictures that the answer only points to.
@Suite struct OpenAIDownloadTests {
    private func answer(_ url: String) throws -> HTTPResponse {
        let body: JSONValue = ["data": [["url": .string(url)]]]
        return HTTPResponse(status: 200, headers: [], body: try JSON.encode(body))
    }

    private let picture = HTTPResponse(
        status: 200, headers: [("content-type", "image/png; q=1")], body: Array("picture".utf8))

    private func fetched(_ url: String) async throws -> ([HTTPRequest], GenerationResult, Int) {
        let http = FakeHTTP([.success(try answer(url)), .success(picture)])
        let sendings = Counter()
        let result = try await OpenAI.provider(http) { $0.prices = try PriceTable("openai/*=11000") }.generate(
            Adapter.request(), observer: CallObserver(sent: { sendings.add() }))
        return (await http.sent.requests, result, sendings.count)
    }

    @Test func aPictureElsewhereIsFetchedWithoutTheKeyAndNotToldAsSent() async throws {
        let (requests, result, sendings) = try await fetched("https://pictures.test/a.png?sig=x")
        #expect(requests.map(\.url).last == "https://pictures.test/a.png?sig=x")
        let fetch = try #require(requests.last)
        #expect(requests.count == 2 && fetch.method == "GET" && fetch.body.isEmpty && sendings == 1)
        #expect(!fetch.headers.contains { $0.value.contains(Adapter.key) })
        #expect(fetch.timeout < .seconds(60))
        let media = try #require(result.media)
        #expect(media.bytes == Array("picture".utf8) && media.mediaType == "image/png")
        #expect(media.costMicros == 11_000 && media.model == Adapter.model)
    }

    @Test(arguments: [
        ("/generated-images/b.png", "https://openai.test/generated-images/b.png"),
        ("generated-images/b.png", "https://openai.test/generated-images/b.png"),
        ("//openai.test/b.png", "https://openai.test/b.png"),
        ("https://openai.test/b.png", "https://openai.test/b.png"),
    ])
    func aPathIsOneOfTheServersOwnOrigin(url: String, whole: String) async throws {
        let (requests, result, _) = try await fetched(url)
        #expect(requests.map(\.url) == ["https://openai.test/v1/images/generations", whole])
        #expect(result.media != nil)
    }

    @Test(arguments: [
        "https://elsewhere.test/a.png", "http://pictures.test/a.png", "//elsewhere.test/a.png", "file:///etc/passwd",
        "https://pictures.test:444/a.png", "https://user@pictures.test/a.png", "https://pictures.test.elsewhere.test/",
    ])
    func otherURLsAreNotCalled(url: String) async throws {
        let (requests, result, _) = try await fetched(url)
        #expect(requests.count == 1)
        let error = try #require(result.error)
        #expect(error.kind == .unusableOutput && !error.isRetryable)
        #expect(error.providerCode == PictureDownload.notAllowedCode && error.phase == .answerRead)
    }

    @Test(
        "a picture that was made and cannot be had is paid for all the same",
        arguments: [
            ("https://pictures.test/a.png", .success(HTTPResponse(status: 503, headers: [], body: []))),
            ("https://pictures.test/a.png", .success(HTTPResponse(status: 404, headers: [], body: []))),
            ("https://pictures.test/a.png", .success(HTTPResponse(status: 200, headers: [], body: []))),
            ("https://pictures.test/a.png", .failure(HTTPError(.timeout, phase: .afterSend, message: "late"))),
            ("https://elsewhere.test/a.png", .failure(HTTPError(.closed, phase: .beforeSend, message: "not called"))),
            ("data:image/png;base64,!", .failure(HTTPError(.closed, phase: .beforeSend, message: "not called"))),
        ] as [(String, Result<HTTPResponse, HTTPError>)])
    func isPaid(url: String, download: Result<HTTPResponse, HTTPError>) async throws {
        let http = FakeHTTP([.success(try answer(url)), download])
        let result = try await OpenAI.provider(http) { $0.prices = try PriceTable("openai/*=11000") }.generate(
            Adapter.request(), observer: CallObserver())
        let error = try #require(result.error)
        #expect(error.costMicros == 11_000 && error.phase == .answerRead, "\(error)")
    }

    @Test func aDownloadThatBreaksIsNoUnknownOutcome() async throws {
        let http = FakeHTTP([
            .success(try answer("https://pictures.test/a.png")),
            .failure(HTTPError(.broken, phase: .afterSend, message: "reset")),
        ])
        let error = try #require(
            try await OpenAI.provider(http).generate(Adapter.request(), observer: CallObserver()).error)
        #expect(error.kind == .network && error.isRetryable && error.phase == .answerRead)
    }
}
