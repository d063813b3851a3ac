import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// Google's native image models over `:generateContent`.
///
/// One call makes one picture. The key travels in a header only, and no error carries it. The adapter never retries: it
/// says whether trying again can help, and how long the provider asks to wait.
public struct GeminiProvider: MediaProvider {
    public static let providerName = "gemini"
    public var name: String { Self.providerName }
    public var model: String { configuration.model }
    public var takesPictures: Bool { true }

    private let configuration: GeminiConfiguration
    private let caller: GoogleCaller
    private let report: FailureReport

    /// - Parameters:
    ///   - http: trusted to go to the configured origin; give it no address filter.
    ///   - answerRoom: bounds the pictures in memory: each keeps its place until it was used.
    ///   - now: milliseconds of Unix time; used only for a `Retry-After` date in an answer that has no `Date`.
    public init(
        _ configuration: GeminiConfiguration, over http: any HTTPSending, answerRoom: AnswerRoom? = nil,
        now: @escaping @Sendable () -> Int64 = SystemTime.now
    ) {
        self.configuration = configuration
        report = FailureReport(provider: Self.providerName, key: configuration.key)
        caller = GoogleCaller(
            origin: configuration.origin, apiVersion: configuration.apiVersion, method: "generateContent",
            key: configuration.key, connectTimeout: configuration.connectTimeout,
            maximumBodyBytes: configuration.maximumBodyBytes, http: http, answerRoom: answerRoom, now: now,
            report: report)
    }

    /// With or without the `models/` before the name.
    public func price(ofModel model: String) -> Price {
        configuration.prices.price(provider: name, model: GoogleAPI.modelName(model) ?? model)
    }

    /// Asks for one picture. `request.resuming` is ignored: a call that ended here cannot be asked about.
    ///
    /// Failures: `refused` when the prompt or the picture is blocked or the model declines in words, with `providerCode`
    /// the block or finish reason, or `TEXT_ONLY`; `unusableOutput` for an answer without a picture that may succeed
    /// next time; `rateLimited` and `quotaExhausted` for 429, `providerFailure` without retry if the model's capacity
    /// is exhausted; `outcomeUnknown` when the connection broke after the request had left: the picture may have been
    /// billed; `invalidRequest` before anything is sent for a model without a price.
    public func generate(_ request: GenerationRequest, observer: CallObserver) async -> GenerationResult {
        guard let model = GoogleAPI.modelName(request.model ?? configuration.model) else {
            return .failed(report.invalid("the model must be \(ModelName.segmentRule)"))
        }
        let price = price(ofModel: model)
        guard price != .unknown else { return .failed(report.unpriced(model)) }
        let body: [UInt8]
        do {
            body = try JSON.encode(GeminiRequestBody(request, configuration: configuration))
        } catch {
            return .failed(report.invalid("the prompt \(error.message)"))
        }
        let order = GoogleCaller.Order(model: model, body: body, timeout: request.timeout, onSend: observer.sent)
        return await caller.picture(order) { bytes, limits throws(Refusal) in
            try GeminiReplyReader(limits: limits, model: model, price: price).read(bytes)
        }
    }
}
