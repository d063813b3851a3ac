import CurlClient
import JSONCoding
import JobModel
import Orchestration

/// Delivers snapshots and pictures over HTTP: signed, to addresses that the egress policy allows, redirects taken as
/// failures.
public struct WebhookSender: SnapshotSender {
    private let http: any HTTPSending
    private let secrets: WebhookSecrets?
    private let policy: EgressPolicy
    private let clock: any EngineClock
    private let timeout: Duration

    /// - Parameter secrets: nil sends unsigned (a receiver on this machine that asks for none).
    public init(
        http: any HTTPSending, secrets: WebhookSecrets?, policy: EgressPolicy, clock: any EngineClock,
        timeout: Duration = .seconds(15)
    ) {
        self.http = http
        self.secrets = secrets
        self.policy = policy
        self.clock = clock
        self.timeout = timeout
    }

    public func deliver(_ snapshot: Snapshot, pictures: [ContentHash: [UInt8]]) async -> DeliveryAnswer {
        let message = SnapshotMessage(snapshot) { picture in
            if let link = snapshot.link(to: picture) { return link }
            return "data:\(picture.mediaType);base64,\(Base64.encode(pictures[picture.hash] ?? []))"
        }
        let body: [UInt8]
        do throws(JSONError) {
            // Sorted, so that every try of one version sends the same bytes.
            body = try JSON.encode(message, style: .sorted)
        } catch {
            return .refused(reason: "the snapshot cannot be written: \(error.message)")
        }
        let timestamp = clock.wallSeconds()
        let signed = SigningText.webhook(id: snapshot.messageID, timestamp: timestamp, body: body)
        let headers = self.headers(
            id: snapshot.messageID, timestamp: timestamp, signed: signed, contentType: "application/json",
            trace: snapshot.trace)
        return await send("POST", snapshot.webhookURL, headers, body, epoch: snapshot.epoch)
    }

    public func upload(
        _ bytes: [UInt8], hash: ContentHash, to artifactURL: String, of jobID: JobID, trace: TraceParent?
    ) async -> DeliveryAnswer {
        let url = "\(artifactURL)/\(hash)?job=\(jobID)"
        guard let parsed = try? ParsedURL(url) else { return .refused(reason: "the artifact address is no URL") }
        let (timestamp, id) = (clock.wallSeconds(), "artifact-\(hash.text.prefix(32))")
        let signed = SigningText.upload(id: id, timestamp: timestamp, method: "PUT", path: parsed.path)
        let headers = self.headers(
            id: id, timestamp: timestamp, signed: signed, contentType: "image/jpeg", trace: trace)
        return await send("PUT", url, headers, bytes, epoch: 0)
    }

    private func headers(
        id: String, timestamp: Int64, signed: [UInt8], contentType: String, trace: TraceParent?
    ) -> [(name: String, value: String)] {
        var headers = [
            (name: "Content-Type", value: contentType), (name: WebhookHeaders.idName, value: id),
            (name: WebhookHeaders.timestampName, value: "\(timestamp)"),
        ]
        if let secrets {
            headers.append((name: WebhookHeaders.signatureName, value: secrets.signature(of: signed)))
        }
        if let trace { headers.append(trace.header) }
        return headers
    }

    private func send(
        _ method: String, _ url: String, _ headers: [(name: String, value: String)], _ body: [UInt8], epoch: Int
    ) async -> DeliveryAnswer {
        let host: String
        do throws(EgressError) { host = try policy.check(url: url).host } catch {
            return .refused(reason: "the address \(error.message)")
        }
        let request = HTTPRequest(
            method, url, headers: headers, body: body, connectTimeout: .seconds(5), timeout: timeout,
            maximumBodyBytes: 1 << 20, addressFilter: policy.filter(forHost: host))
        do throws(HTTPError) {
            let response = try await http.send(request)
            let answer = WebhookSender.answer(response, epoch: epoch, wallSeconds: clock.wallSeconds())
            guard case .accepted(let stopBy?) = answer else { return answer }
            return .accepted(stopBy: clock.instant(atWall: stopBy))
        } catch {
            return .failed(reason: "\(error.code.rawValue): \(error.message)", retryAfter: nil)
        }
    }

    /// The one place where a receiver's answer is given its meaning.
    static func answer(_ response: HTTPResponse, epoch: Int, wallSeconds: Int64) -> DeliveryAnswer {
        let reason = "the receiver answered \(response.status)\(ErrorText.of(response))"
        let error = (try? JSON.decode(ErrorBody.self, from: response.body))?.error
        switch response.status {
        case 200..<300:
            let reply = try? JSON.decode(WebhookReply.self, from: response.body)
            return .accepted(stopBy: reply?.stopBy)
        case 410: return .gone
        case 409 where error?.code == "stale_epoch" && (error?.details?.epoch ?? 0) > epoch && epoch > 0:
            return .superseded
        case 409 where error?.code == "stale_version": return .alreadyKnown
        case 422 where error?.code == "artifact_missing":
            return .artifactsMissing(error?.details?.hashes ?? [], reason: reason)
        case 408, 425, 429, 300..<400, 500...599:
            let asked = RetryAfter.milliseconds(response, wallSeconds: wallSeconds)
            let isStrained = [429, 502, 504].contains(response.status)
            return .failed(reason: reason, retryAfter: asked ?? (isStrained ? DeliveryPolicy.strainedPause : nil))
        default: return .refused(reason: reason)
        }
    }
}
