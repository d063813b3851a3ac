import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// Hands work to a worker over HTTP. The worker's address was configured by the operator and is trusted.
public struct WorkerHTTPClient: WorkerClient {
    let http: any HTTPSending
    private let token: BearerToken?
    let timeout: Duration

    /// - Parameter timeout: for the whole exchange; a worker answers once the run is durable, which takes milliseconds.
    public init(http: any HTTPSending, token: BearerToken?, timeout: Duration = .seconds(10)) {
        self.http = http
        self.token = token
        self.timeout = timeout
    }

    public func trigger(_ job: JobRecord, specification: JobSpecification) async -> TriggerAnswer {
        let body: [UInt8]
        do throws(JSONError) {
            body = try WorkerHTTPClient.body(of: job, specification)
        } catch {
            return .refused(reason: "the request cannot be written: \(error.message)")
        }
        let route = job.family == .case ? "generate-case-images" : "runs"
        let request = request("\(job.handOut.worker)/api/\(route)", body, trace: job.trace, timeout: timeout)
        do throws(HTTPError) {
            return WorkerHTTPClient.answer(to: job, try await http.send(request))
        } catch {
            return .unreachable(
                reason: "worker \(job.handOut.worker): \(error.message)", wasSent: error.phase != .beforeSend)
        }
    }

    private static func body(of job: JobRecord, _ specification: JobSpecification) throws(JSONError) -> [UInt8] {
        job.family == .case
            ? try JSON.encode(job.request(specification)) : try JSON.encode(job.generalRequest(specification))
    }

    public func nudge(_ call: RemoteCall, of jobID: JobID, at worker: String) async -> NudgeAnswer {
        let body: [UInt8]
        do throws(JSONError) {
            body = try JSON.encode(NudgeRequest(call))
        } catch {
            return .failed(reason: "the request cannot be written: \(error.message)")
        }
        // Whoever called us back waits for our answer.
        let request = request("\(worker)/api/runs/\(jobID)/nudge", body, timeout: min(timeout, .seconds(3)))
        do throws(HTTPError) {
            let response = try await http.send(request)
            guard !(200..<300).contains(response.status) else { return .taken }
            return .failed(reason: Self.refusal(worker, response))
        } catch {
            return .failed(reason: "worker \(worker): \(error.message)")
        }
    }

    func request(
        _ url: String, _ body: [UInt8], method: String = "POST", trace: TraceParent? = nil, timeout: Duration,
        answerBytes: Int = 1 << 20
    ) -> HTTPRequest {
        var headers = body.isEmpty ? [] : [(name: "Content-Type", value: "application/json")]
        if let token { headers.append(token.header) }
        if let trace { headers.append(trace.header) }
        return HTTPRequest(
            method, url, headers: headers, body: body, connectTimeout: .seconds(3), timeout: timeout,
            maximumBodyBytes: answerBytes)
    }

    private static func answer(to job: JobRecord, _ response: HTTPResponse) -> TriggerAnswer {
        let reason = refusal(job.handOut.worker, response)
        switch response.status {
        case 200..<300:
            let reply = try? JSON.decode(TriggerReply.self, from: response.body)
            let isOurs = reply?.jobID == job.jobID && reply?.epoch == job.handOut.epoch
            return isOurs ? .accepted : .acceptedByForeign
        case 400 where isLasting(response): return .unacceptable(reason: reason)
        case 429, 502, 503, 504:
            return .busy(reason: reason, retryAfter: RetryAfter.milliseconds(response))
        case 500...599: return .unreachable(reason: reason)
        default: return .refused(reason: reason)
        }
    }

    /// What a worker answered, and what to do about it where that is known.
    static func refusal(_ worker: String, _ response: HTTPResponse) -> String {
        let answer = "worker \(worker) answered \(response.status)\(ErrorText.of(response))"
        switch response.status {
        case 401: return "\(answer) (DARKROOM_WORKER_TOKEN must be set here as it is set for the worker)"
        case 400 where urls.contains(field(of: response) ?? ""):
            return "\(answer) (the worker allows it with DARKROOM_ALLOWED_PEERS or DARKROOM_ALLOW_PRIVATE_ADDRESSES=1)"
        default: return answer
        }
    }

    private static let urls: Set = ["webhookUrl", "artifactUrl"]

    /// The field that a worker of ours finds fault with; nil if it names none.
    private static func field(of response: HTTPResponse) -> String? {
        guard let body = try? JSON.decode(ErrorBody.self, from: response.body), body.error.code == "invalid_request"
        else { return nil }
        return body.error.details?.field
    }

    /// Whether a worker of ours named a field that will be the same next time. Addresses are a matter of how the worker is
    /// set up, and `stopBy` is made anew.
    private static func isLasting(_ response: HTTPResponse) -> Bool {
        guard let field = field(of: response), !field.isEmpty else { return false }
        return field != "stopBy" && !urls.contains(field)
    }
}

/// A token that is sent but never shown.
public struct BearerToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    public init(_ text: String) { self.text = text }

    public var description: String { "[redacted]" }
    public var debugDescription: String { "[redacted]" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    var header: (name: String, value: String) { ("Authorization", "Bearer \(text)") }

    /// Tells whether it is still the same token; nothing else can be read off it.
    public var fingerprint: ContentHash { ContentHash(of: Array(text.utf8)) }

    /// Whether an `Authorization` header bears it; takes the same time wherever they differ.
    public func isBorne(by header: String?) -> Bool {
        header.map { SecretText.areSame("Bearer \(text)", $0) } ?? false
    }
}
