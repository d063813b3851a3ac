import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// Hands work to a worker over HTTP. The worker's address was configured by the operator and is trusted.
public struct WorkerHTTPClient: WorkerClient {
    private let http: any HTTPSending
    private let token: BearerToken?
    private let timeout: Duration

    /// - Parameter timeout: for the whole exchange; a worker answers once the run is durable, which takes milliseconds.
    public init(http: any HTTPSending, token: BearerToken?, timeout: Duration = .seconds(10)) {
        self.http = http
        self.token = token
        self.timeout = timeout
    }

    public func trigger(_ job: JobRecord, specification: JobSpecification) async -> TriggerAnswer {
        let body: [UInt8]
        do throws(JSONError) {
            body = try JSON.encode(WorkerHTTPClient.request(for: job, specification))
        } catch {
            return .refused(reason: "the request cannot be written: \(error.message)")
        }
        var headers = [(name: "Content-Type", value: "application/json")]
        if let token { headers.append(token.header) }
        let request = HTTPRequest(
            "POST", job.handOut.worker + "/api/generate-case-images", headers: headers, body: body,
            connectTimeout: .seconds(3), timeout: timeout, maximumBodyBytes: 1 << 20)
        do throws(HTTPError) {
            return WorkerHTTPClient.answer(to: job, try await http.send(request))
        } catch {
            return .unreachable(reason: "worker \(job.handOut.worker): \(error.message)")
        }
    }

    private static func request(for job: JobRecord, _ specification: JobSpecification) -> CaseImagesRequest {
        func items(_ kind: AssetKind) -> [CaseItem] {
            specification.assets.filter { $0.kind == kind }.map {
                CaseItem(id: $0.id, name: $0.subject.name, description: $0.subject.description, priority: $0.priority)
            }
        }
        let kept = job.assets.compactMap { asset -> KeptAsset? in
            guard asset.status == .generated, let picture = asset.picture else { return nil }
            return KeptAsset(id: asset.id, picture: picture, source: asset.source, attempts: asset.attempts)
        }
        let handOut = HandOutFields(
            jobID: job.jobID, epoch: job.handOut.epoch, claim: job.handOut.claim, stopBy: job.handOut.stopBy,
            artifactURL: job.handOut.artifactURL, kept: kept, options: job.handOut.options)
        return CaseImagesRequest(
            caseID: job.caseID, evidence: items(.evidence), locations: items(.location),
            webhookURL: job.handOut.webhookURL, handOut: handOut)
    }

    private static func answer(to job: JobRecord, _ response: HTTPResponse) -> TriggerAnswer {
        let reason = "worker \(job.handOut.worker) answered \(response.status)\(ErrorText.of(response))"
        switch response.status {
        case 200..<300:
            let reply = try? JSON.decode(TriggerReply.self, from: response.body)
            let isOurs = reply?.jobID == job.jobID && reply?.epoch == job.handOut.epoch
            return isOurs ? .accepted : .acceptedByForeign
        case 429, 502, 503, 504:
            return .busy(reason: reason, retryAfter: RetryAfter.milliseconds(response))
        case 500...599: return .unreachable(reason: reason)
        default: return .refused(reason: reason)
        }
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

    /// Whether an `Authorization` header bears it; takes the same time wherever they differ.
    public func isBorne(by header: String?) -> Bool {
        guard let header else { return false }
        let (expected, given) = (Array("Bearer \(text)".utf8), Array(header.utf8))
        guard expected.count == given.count else { return false }
        return zip(expected, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
