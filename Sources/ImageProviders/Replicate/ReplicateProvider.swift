import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// Replicate's predictions: a call is ordered, has an id of its own from then on, and is asked about until it ended.
///
/// The token travels in a header only, to the configured origin and the download policy's key hosts. The adapter never
/// orders twice in one attempt; it says whether trying again can help, and how long the provider asks to wait.
public final class ReplicateProvider: MediaProvider {
    public static let providerName = "replicate"
    public var name: String { Self.providerName }
    public var model: String { api.configuration.model }
    public var takesPictures: Bool { true }
    /// The provider cannot reach us, so a picture goes out inside the call; larger ones it does not take so.
    static let pictureAtMost = 256_000

    private let api: ReplicateAPI
    private let downloads: PictureDownload
    private let failures: ReplicateFailures
    private let waiting = WaitingCalls()

    /// - Parameters:
    ///   - http: trusted to go to the configured origin; give it no address filter.
    ///   - downloads: fetches what a prediction made.
    ///   - answerRoom: bounds the pictures in memory: each keeps its place until it was used.
    ///   - now: milliseconds of Unix time; used only for a `Retry-After` date in an answer that has no `Date`.
    public init(
        _ configuration: ReplicateConfiguration, over http: any HTTPSending, downloads: PictureDownload,
        answerRoom: AnswerRoom? = nil, now: @escaping @Sendable () -> Int64 = SystemTime.now
    ) {
        api = ReplicateAPI(configuration: configuration, http: http, answerRoom: answerRoom)
        self.downloads = downloads
        failures = ReplicateFailures(
            report: FailureReport(provider: Self.providerName, key: configuration.key), now: now)
    }

    /// By the model as it is written, version included.
    public func price(ofModel model: String) -> Price {
        api.configuration.prices.price(provider: name, model: model)
    }

    /// The prediction is asked about now rather than at the end of the pause. Ids that nobody waits for are ignored.
    public func nudge(_ call: RemoteCall) {
        guard call.provider == name else { return }
        waiting.wake(call.id)
    }

    /// Makes one picture, or finds the one that `request.resuming` made.
    ///
    /// An earlier call is asked about, and nothing is ordered: one that succeeded or still runs is used, of one that
    /// failed, was canceled or is unknown there the failure is told. If the provider cannot be asked, the error keeps
    /// phase `afterSend`, so that the question stays open.
    ///
    /// Failures: `refused` for E005 and its like; `outcomeUnknown` when the creating call was sent and got no answer (it
    /// has no id then), or when a prediction cannot be asked about; `timeout` and `canceled` with phase `afterSend` when
    /// the attempt ended before the prediction, which the provider is asked to cancel in the background, for at most 5
    /// seconds after the return; `network` and `timeout` with phase `afterSend` also for a picture that was made and can
    /// still be fetched; `providerFailure` for a prediction that failed or succeeded without output; `unusableOutput`
    /// for an output that is no picture; `invalidRequest` before anything is sent for a model without a price.
    ///
    /// A process that ends in between leaves the prediction running at the provider, until its `Cancel-After` at this
    /// attempt's deadline (at least 5 seconds). So does a cancellation within the creating call, of which no id is known.
    public func generate(_ request: GenerationRequest, observer: CallObserver) async -> GenerationResult {
        let model = request.model ?? self.model
        guard let target = ReplicateTarget(model) else {
            return .failed(failures.report.invalid("the model must be \(ReplicateTarget.rule)"))
        }
        let price = price(ofModel: model)
        guard price != .unknown else { return .failed(failures.report.unpriced(model)) }
        guard request.pictures.allSatisfy({ $0.bytes.count <= Self.pictureAtMost }) else {
            let limit = "\(Self.pictureAtMost / 1_000) kB"
            return .failed(failures.report.invalid("a picture of the request is larger than \(limit)"))
        }
        let attempt = ReplicateAttempt(
            api: api, downloads: downloads, failures: failures, waiting: waiting, target: target, model: model,
            job: JobName(caseID: request.caseID, owner: request.owner),
            pictures: request.pictures.map { "data:\($0.mediaType);base64,\(Base64.encode($0.bytes))" }, price: price,
            deadline: .now + request.timeout,
            observer: observer)
        return await attempt.run(prompt: request.prompt, earlier: request.resuming)
    }
}
