import CurlClient
import JSONCoding
import JobModel
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// Google's native image models over `:generateContent`.
///
/// One call makes one picture. The key travels in a header only, and no error carries it. The adapter never retries: it
/// says whether trying again can help, and how long the provider asks to wait.
public struct GeminiProvider: MediaProvider {
    public let name = "gemini"
    public var model: String { configuration.model }

    private let configuration: GeminiConfiguration
    private let http: any HTTPSending
    private let answerRoom: AnswerRoom?
    private let now: @Sendable () -> Int64
    private let redaction: GeminiRedaction

    /// - Parameters:
    ///   - http: trusted to go to the configured origin; give it no address filter.
    ///   - answerRoom: bounds the pictures in memory: each keeps its place until it was used.
    ///   - now: milliseconds of Unix time; used only for a `Retry-After` date in an answer that has no `Date`.
    public init(
        _ configuration: GeminiConfiguration, over http: any HTTPSending, answerRoom: AnswerRoom? = nil,
        now: @escaping @Sendable () -> Int64 = GeminiProvider.systemTime
    ) {
        self.configuration = configuration
        self.http = http
        self.answerRoom = answerRoom
        self.now = now
        redaction = GeminiRedaction(key: configuration.key)
    }

    /// Milliseconds of Unix time by the system's clock.
    @Sendable
    public static func systemTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Asks for one picture.
    ///
    /// Failures: `refused` when the prompt or the picture is blocked or the model declines in words, with `providerCode`
    /// the block or finish reason, or `TEXT_ONLY`; `unusableOutput` for an answer without a picture that may succeed
    /// next time; `rateLimited` and `quotaExhausted` for 429; `outcomeUnknown` when the connection broke after the
    /// request had left: the picture may have been billed.
    public func generate(_ request: GenerationRequest) async -> GenerationResult {
        guard let model = GeminiConfiguration.normalized(model: request.model ?? configuration.model) else {
            return .failed(invalid("the model must be a name of 1 to 128 of A-Z a-z 0-9 . _ -"))
        }
        let message: HTTPRequest
        do {
            message = try httpRequest(request, model: model)
        } catch {
            return .failed(invalid("the prompt \(error.message)"))
        }
        do {
            return read(try await http.send(message), model: model)
        } catch {
            return .failed(failure(error))
        }
    }

    private func httpRequest(_ request: GenerationRequest, model: String) throws(JSONError) -> HTTPRequest {
        HTTPRequest(
            "POST", "\(configuration.origin)/\(configuration.apiVersion.rawValue)/models/\(model):generateContent",
            headers: [
                ("content-type", "application/json"), ("accept", "application/json"),
                ("x-goog-api-key", configuration.key.text),
            ],
            body: try JSON.encode(GeminiRequestBody(prompt: request.prompt, configuration: configuration)),
            connectTimeout: min(configuration.connectTimeout, request.timeout), timeout: request.timeout,
            maximumBodyBytes: configuration.maximumBodyBytes, answerRoom: answerRoom)
    }

    private func read(_ response: HTTPResponse, model: String) -> GenerationResult {
        guard (200..<300).contains(response.status) else {
            return .failed(failure(response))
        }
        let limits = JSONLimits(maximumBytes: configuration.maximumBodyBytes)
        let reader = GeminiReplyReader(limits: limits, model: model, priceMicros: configuration.priceMicros)
        do {
            var media = try reader.read(response.body)
            media.hold = response.place.map { Hold($0) }
            return .made(media)
        } catch {
            return .failed(failure(error, response))
        }
    }
}

// MARK: - Errors

extension GeminiProvider {
    /// An answer that the provider itself calls an error.
    private func failure(_ response: HTTPResponse) -> MediaError {
        let body = GeminiFailureBody(response.body)
        let verdict = GeminiErrors.verdict(status: response.status, body: body)
        let code = ([String(response.status)] + [body.code].compactMap { $0 }).joined(separator: " ")
        let retryAfter = body.retryAfter ?? retryAfterHeader(response)
        return error(
            verdict, body.message.map { "HTTP \(code): \($0)" } ?? "HTTP \(code)", code: code,
            retryAfter: verdict.isRetryable ? retryAfter : nil, context: ["httpStatus": String(response.status)])
    }

    private func retryAfterHeader(_ response: HTTPResponse) -> Int64? {
        guard let header = response.header("retry-after") else { return nil }
        return RetryDelay.milliseconds(retryAfter: header, date: response.header("date"), now: now())
    }

    /// A 200 without a picture.
    private func failure(_ refusal: GeminiReplyReader.Refusal, _ response: HTTPResponse) -> MediaError {
        let reason =
            switch refusal.verdict.kind {
            case .refused: "the provider will not make this picture"
            case .providerFailure: "the provider gave an answer that cannot be read"
            default: "the provider made no picture"
            }
        let words = refusal.words.map { ": " + redaction.clean($0, atMost: 300) } ?? ""
        return error(
            refusal.verdict, reason + " (\(redaction.clean(refusal.code, atMost: 64)))" + words, code: refusal.code,
            context: ["httpStatus": String(response.status), "bytes": String(response.body.count)])
    }

    /// No whole answer.
    private func failure(_ problem: HTTPError) -> MediaError {
        // The head said already that it failed, so nothing was made and nothing billed.
        if let status = problem.status, status >= 400, problem.code != .canceled {
            return failure(HTTPResponse(status: status, headers: [], body: []))
        }
        var context = ["httpError": problem.code.rawValue]
        if let status = problem.status { context["httpStatus"] = String(status) }
        return error(
            GeminiErrors.verdict(problem), problem.message, code: nil, phase: GeminiErrors.phase(problem),
            context: context)
    }

    private func invalid(_ message: String) -> MediaError {
        error(.init(.invalidRequest, retry: false), message, code: nil, phase: .beforeSend, context: [:])
    }

    /// Every error leaves through here, and so through the redaction.
    private func error(
        _ verdict: GeminiErrors.Verdict, _ message: String, code: String?, retryAfter: Int64? = nil,
        phase: MediaError.Phase = .answerRead, context: [String: String]
    ) -> MediaError {
        MediaError(
            verdict.kind, redaction.clean(message, atMost: 500), provider: name,
            providerCode: code.map { redaction.clean($0, atMost: 64) }, isRetryable: verdict.isRetryable,
            retryAfter: retryAfter, phase: phase, context: context)
    }
}
