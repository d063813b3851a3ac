import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// A server that speaks OpenAI's images API, over `POST …/images/generations`.
///
/// One call makes one picture, which stands in the answer or at a URL in it; that is fetched within the same deadline.
/// The key travels in a header only, and no error carries it. The adapter never retries: it says whether trying again
/// can help, and how long the provider asks to wait.
public struct OpenAIProvider: MediaProvider {
    public static let providerName = "openai"
    public var name: String { Self.providerName }
    public var model: String { configuration.model }

    private let configuration: OpenAIConfiguration
    private let http: any HTTPSending
    private let download: PictureDownload
    private let answerRoom: AnswerRoom?
    private let now: @Sendable () -> Int64
    private let report: FailureReport

    /// - Parameters:
    ///   - http: trusted to go to the configured base; give it no address filter.
    ///   - download: fetches pictures for which the answer gives a URL.
    ///   - answerRoom: bounds the pictures in memory: each keeps its place until it was used.
    ///   - now: milliseconds of Unix time; used only for a `Retry-After` date in an answer that has no `Date`.
    public init(
        _ configuration: OpenAIConfiguration, over http: any HTTPSending, download: PictureDownload,
        answerRoom: AnswerRoom? = nil, now: @escaping @Sendable () -> Int64 = SystemTime.now
    ) {
        self.configuration = configuration
        self.http = http
        self.download = download
        self.answerRoom = answerRoom
        self.now = now
        report = FailureReport(provider: Self.providerName, key: configuration.key)
    }

    public func price(ofModel model: String) -> Price {
        configuration.prices.price(provider: name, model: model)
    }

    /// Asks for one picture. `request.resuming` is ignored: a call that ended here cannot be asked about.
    ///
    /// Failures: `refused` when the provider's moderation or content policy stops it, with whatever status and in
    /// whatever shape, `providerCode` being the provider's code; `quotaExhausted` for `insufficient_quota`;
    /// `rateLimited` for other 429; `unusableOutput` for an answer without a picture and for one that cannot be fetched
    /// (see ``PictureDownload``); `outcomeUnknown` when the connection broke after the request had left: the picture may
    /// have been billed; `invalidRequest` before anything is sent for a model without a price.
    public func generate(_ request: GenerationRequest, observer: CallObserver) async -> GenerationResult {
        let started = ContinuousClock.now
        let model = request.model ?? configuration.model
        guard OpenAIConfiguration.isModelName(model) else {
            return .failed(report.invalid("the model must be \(OpenAIConfiguration.modelRule)"))
        }
        let price = price(ofModel: model)
        guard price != .unknown else { return .failed(report.unpriced(model)) }
        let message: HTTPRequest
        do {
            message = try httpRequest(request, model: model, onSend: observer.sent)
        } catch {
            return .failed(report.invalid("the prompt \(error.message)"))
        }
        switch await picture(message) {
        case .failure(let error): return .failed(error)
        case .success(.bytes(let bytes, let mediaType, let hold)):
            return .made(
                GeneratedMedia(
                    bytes: bytes, mediaType: mediaType, model: model, costMicros: price.micros, hold: hold))
        case .success(.url(let url, let hold)):
            let left = request.timeout - (ContinuousClock.now - started)
            return await download.fetch(absolute(url), timeout: left, provider: name).result(model, price, hold: hold)
        }
    }
}

// MARK: - The call

extension OpenAIProvider {
    /// A picture, or where it is, with the answer's place in memory as long as it is needed.
    private enum Picture {
        case bytes([UInt8], mediaType: String?, hold: Hold?)
        case url(String, hold: Hold?)
    }

    private func httpRequest(
        _ request: GenerationRequest, model: String, onSend: @escaping @Sendable () -> Void
    ) throws(JSONError) -> HTTPRequest {
        var headers = [(name: "content-type", value: "application/json"), (name: "accept", value: "application/json")]
        if let key = configuration.key { headers.append(("authorization", "Bearer \(key.text)")) }
        let body = OpenAIRequestBody(
            prompt: request.prompt, model: model, size: request.size, configuration: configuration)
        return HTTPRequest(
            "POST", "\(configuration.base.text)/images/generations", headers: headers, body: try JSON.encode(body),
            connectTimeout: min(configuration.connectTimeout, request.timeout), timeout: request.timeout,
            maximumBodyBytes: configuration.maximumBodyBytes, answerRoom: answerRoom, onSend: onSend)
    }

    private func picture(_ message: HTTPRequest) async -> Result<Picture, MediaError> {
        let response: HTTPResponse
        do {
            response = try await http.send(message)
        } catch {
            guard let failed = TransportErrors.failedAnswer(error) else { return .failure(report.transport(error)) }
            return .failure(failure(failed))
        }
        guard (200..<300).contains(response.status) else { return .failure(failure(response)) }
        let hold = response.place.map { Hold($0) }
        do throws(Refusal) {
            switch try OpenAIReplyReader(limits: JSONLimits(maximumBytes: configuration.maximumBodyBytes))
                .read(response.body)
            {
            case .bytes(let bytes, let mediaType): return .success(.bytes(bytes, mediaType: mediaType, hold: hold))
            // Whoever waits for a place for the download must not hold another meanwhile.
            case .url(let url): return .success(.url(url, hold: DataURI.isOne(url) ? hold : nil))
            }
        } catch {
            return .failure(report.refused(error, response))
        }
    }

    /// Some servers give a path below their own origin.
    private func absolute(_ url: String) -> String {
        if DataURI.isOne(url) || url.contains("://") { return url }
        if url.hasPrefix("//") { return "\(configuration.base.scheme):\(url)" }
        return configuration.base.origin + (url.hasPrefix("/") ? url : "/" + url)
    }

    /// An answer that the provider itself calls an error.
    private func failure(_ response: HTTPResponse) -> MediaError {
        let body = OpenAIFailureBody(response.body)
        var context: [String: String] = [:]
        context["requestID"] = response.header("x-request-id")
        context["moderation"] = body.moderation
        return report.answered(
            OpenAIRetryHeaders.overruled(body.verdict(status: response.status), by: response),
            status: response.status, code: body.code, message: body.message,
            retryAfter: OpenAIRetryHeaders.delay(response, message: body.message, now: now()), context: context)
    }
}

extension Result<DownloadedPicture, MediaError> {
    fileprivate func result(_ model: String, _ price: Price, hold: Hold?) -> GenerationResult {
        switch self {
        case .failure(var error):
            // The picture was made; that it cannot be fetched is no reason for the provider not to charge for it.
            error.costMicros = price.micros
            return .failed(error)
        case .success(let picture):
            return .made(
                GeneratedMedia(
                    bytes: picture.bytes, mediaType: picture.mediaType, model: model, costMicros: price.micros,
                    hold: picture.hold ?? hold))
        }
    }
}
