import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// Google's Imagen models over `:predict`.
///
/// One call makes one picture. The key travels in a header only, and no error carries it. The adapter never retries: it
/// says whether trying again can help, and how long the provider asks to wait.
public struct ImagenProvider: MediaProvider {
    public static let providerName = "imagen"
    public var name: String { Self.providerName }
    public var model: String { configuration.model }

    private let configuration: ImagenConfiguration
    private let caller: GoogleCaller
    private let report: FailureReport

    /// - Parameters:
    ///   - http: trusted to go to the configured origin; give it no address filter.
    ///   - answerRoom: bounds the pictures in memory: each keeps its place until it was used.
    ///   - now: milliseconds of Unix time; used only for a `Retry-After` date in an answer that has no `Date`.
    public init(
        _ configuration: ImagenConfiguration, over http: any HTTPSending, answerRoom: AnswerRoom? = nil,
        now: @escaping @Sendable () -> Int64 = SystemTime.now
    ) {
        self.configuration = configuration
        report = FailureReport(provider: Self.providerName, key: configuration.key)
        caller = GoogleCaller(
            origin: configuration.origin, apiVersion: configuration.apiVersion, method: "predict",
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
    /// Failures: `refused` when the picture was filtered, with `providerCode` `RAI_FILTERED` or, if the provider gave no
    /// reason, `NO_PREDICTIONS`; `notFound` for a model that is gone; otherwise as for Gemini, whose errors these are.
    public func generate(_ request: GenerationRequest, observer: CallObserver) async -> GenerationResult {
        guard let model = GoogleAPI.modelName(request.model ?? configuration.model) else {
            return .failed(report.invalid("the model must be \(ModelName.segmentRule)"))
        }
        let price = price(ofModel: model)
        guard price != .unknown else { return .failed(report.unpriced(model)) }
        let body: [UInt8]
        do {
            body = try JSON.encode(ImagenRequestBody(prompt: request.prompt, configuration: configuration))
        } catch {
            return .failed(report.invalid("the prompt \(error.message)"))
        }
        let order = GoogleCaller.Order(model: model, body: body, timeout: request.timeout, onSend: observer.sent)
        return await caller.picture(order) { bytes, limits throws(Refusal) in
            try ImagenReplyReader(limits: limits, model: model, price: price).read(bytes)
        }
    }
}
