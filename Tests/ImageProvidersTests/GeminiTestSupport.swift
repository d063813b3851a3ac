import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration

/// Answers each request with the same outcome and keeps the requests.
final class FakeHTTP: HTTPSending {
    private let outcome: Result<HTTPResponse, HTTPError>
    let sent = Recorder()

    init(_ outcome: Result<HTTPResponse, HTTPError>) { self.outcome = outcome }

    convenience init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.init(.success(HTTPResponse(status: status, headers: headers, body: body)))
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        await sent.add(request)
        return try outcome.get()
    }

    actor Recorder {
        private(set) var requests: [HTTPRequest] = []
        func add(_ request: HTTPRequest) { requests.append(request) }
    }
}

enum Gemini {
    static let key = "test-key-0123456789"
    /// 14 November 2023, 22:13:20 GMT.
    static let now: Int64 = 1_700_000_000_000

    static func configuration(origin: String = "https://gemini.test", model: String = "some-image-model") throws
        -> GeminiConfiguration
    {
        try GeminiConfiguration(origin: origin, key: GeminiKey(key), model: model)
    }

    static func provider(_ http: FakeHTTP, _ adjust: (inout GeminiConfiguration) -> Void = { _ in }) throws
        -> GeminiProvider
    {
        var configuration = try configuration()
        adjust(&configuration)
        return GeminiProvider(configuration, over: http, now: { now })
    }

    static func request(prompt: String = "a brass lamp", model: String? = nil) throws -> GenerationRequest {
        GenerationRequest(
            jobID: try JobID("j-1"), caseID: nil, assetID: try AssetID("lamp"), kind: .evidence, prompt: prompt,
            subject: Subject(name: "Lamp", description: "made of brass"), model: model, attempt: 1,
            timeout: .seconds(60), size: PixelSize(width: 512, height: 512))
    }
}

extension GenerationResult {
    var media: GeneratedMedia? { if case .made(let media) = self { media } else { nil } }
    var error: MediaError? { if case .failed(let error) = self { error } else { nil } }
}
