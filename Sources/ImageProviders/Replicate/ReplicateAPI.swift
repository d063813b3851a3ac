import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// The calls of the predictions API that we make.
struct ReplicateAPI: Sendable {
    let configuration: ReplicateConfiguration
    let http: any HTTPSending
    let answerRoom: AnswerRoom?

    /// A prediction as the provider told it.
    struct News: Sendable {
        var prediction: ReplicatePrediction
        /// The answer's place in memory, for an output that stands in it.
        var hold: Hold?
    }

    /// The body of a creating call.
    private struct Order: Encodable {
        var version: String?
        var input: JSONValue
        var webhook: String?
        var webhookEventsFilter: [String]?

        private enum CodingKeys: String, CodingKey {
            case version
            case input
            case webhook
            case webhookEventsFilter = "webhook_events_filter"
        }
    }

    /// How long the provider is asked to end a call of which we no longer wait.
    static let cancelTimeout = Duration.seconds(5)

    func create(
        _ target: ReplicateTarget, prompt: String, pictures: [String], of job: JobName, within left: Duration,
        onSend: @escaping @Sendable () -> Void
    ) throws(JSONError) -> HTTPRequest {
        let webhook = configuration.webhook(of: job)
        let order = Order(
            version: target.version, input: configuration.input.value(prompt: prompt, pictures: pictures),
            webhook: webhook,
            webhookEventsFilter: webhook.map { _ in ["completed"] })
        var request = request("POST", target.path, timeout: left)
        request.body = try JSON.encode(order)
        request.headers.append(("content-type", "application/json"))
        // Whatever becomes of us, nobody pays for a picture that nobody waits for any more.
        request.headers.append(("cancel-after", "\(ReplicateConfiguration.cancelAfter(left))s"))
        if let seconds = configuration.wait(within: left) { request.headers.append(("prefer", "wait=\(seconds)")) }
        request.onSend = onSend
        return request
    }

    /// - Parameter id: fit for a path, as a ``RemoteCall``'s is.
    func get(_ id: String, timeout: Duration) -> HTTPRequest {
        request("GET", "/v1/predictions/\(id)", timeout: timeout)
    }

    /// Asks the provider to end a prediction, in a task of its own that ends within ``cancelTimeout``; there is at most
    /// one for each attempt. Whether it was heard does not matter: a call that nobody ended is ended by its
    /// `Cancel-After`, and the next attempt asks.
    func cancelLater(_ id: String) {
        let message = request("POST", "/v1/predictions/\(id)/cancel", timeout: Self.cancelTimeout)
        Task.detached { [http] in _ = try? await http.send(message) }
    }

    func read(_ response: HTTPResponse) throws(JSONError) -> News {
        let prediction = try JSON.decode(
            ReplicatePrediction.self, from: response.body,
            limits: JSONLimits(maximumBytes: configuration.maximumBodyBytes))
        return News(prediction: prediction, hold: response.place.map { Hold($0) })
    }

    private func request(_ method: String, _ path: String, timeout: Duration) -> HTTPRequest {
        HTTPRequest(
            method, configuration.origin.text + path,
            headers: [("authorization", "Bearer \(configuration.key.text)"), ("accept", "application/json")],
            connectTimeout: min(configuration.connectTimeout, timeout), timeout: timeout,
            maximumBodyBytes: configuration.maximumBodyBytes, answerRoom: answerRoom)
    }
}
