import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Threads

/// Answers by a script, one step a request, and keeps the requests. Asking the provider to cancel is not part of the
/// script: it is always answered.
final class ScriptedHTTP: HTTPSending {
    enum Step: Sendable {
        case answer(HTTPResponse)
        case failure(HTTPError)
        /// No answer until the task is canceled or the request's own time has passed.
        case silence
        /// Does something first, then the step after it in the script answers.
        case doing(@Sendable () -> Void)
    }

    private struct State {
        var steps: [Step]
        var requests: [HTTPRequest] = []
        var waiters: [(until: @Sendable ([HTTPRequest]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Locked<State>
    /// Comes again and again when the script is at its end.
    private let last: Step

    init(_ steps: [Step], then last: Step = .failure(HTTPError(.connectFailed, phase: .beforeSend, message: "no more")))
    {
        state = Locked(State(steps: steps))
        self.last = last
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    /// Those that the script answered.
    var scripted: [HTTPRequest] { requests.filter { !$0.url.hasSuffix("/cancel") } }
    var canceled: [HTTPRequest] { requests.filter { $0.url.hasSuffix("/cancel") } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        note(request)
        if request.url.hasSuffix("/cancel") { return HTTPResponse(status: 200, headers: [], body: []) }
        while true {
            let step = state.withLock { $0.steps.isEmpty ? last : $0.steps.removeFirst() }
            switch step {
            case .doing(let body): body()
            case .answer(let response):
                request.onSend?()
                return response
            case .failure(let error):
                if error.phase != .beforeSend { request.onSend?() }
                throw error
            case .silence:
                request.onSend?()
                let wasCanceled = (try? await Task.sleep(for: request.timeout)) == nil
                throw HTTPError(wasCanceled ? .canceled : .timeout, phase: .afterSend, message: "nothing came")
            }
        }
    }

    /// Returns as soon as the requests satisfy `condition`; the test's time limit bounds the wait.
    func wait(until condition: @escaping @Sendable ([HTTPRequest]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isTrue = state.withLock { state in
                if condition(state.requests) { return true }
                state.waiters.append((condition, continuation))
                return false
            }
            if isTrue { continuation.resume() }
        }
    }

    private func note(_ request: HTTPRequest) {
        let ready = state.withLock { state in
            state.requests.append(request)
            let requests = state.requests
            let ready = state.waiters.filter { $0.until(requests) }.map(\.continuation)
            state.waiters.removeAll { $0.until(requests) }
            return ready
        }
        for continuation in ready { continuation.resume() }
    }
}

enum Replicate {
    static let token = "r8_test-token-0123456789"
    static let id = "ufawqhfynnddngldkgtslldrkq"
    static let file = "https://replicate.delivery/xezq/abc/out-0.jpg"
    static let picture: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0]
    /// 21 November 2026, 07:00:00 GMT.
    static let now: Int64 = 1_795_244_400_000

    static func key() throws -> ProviderKey { try ProviderKey(token, for: "Replicate") }

    /// Polls hundreds of times a second, so that tests end soon.
    static func configuration(
        origin: String = "https://replicate.test", model: String = "google/nano-banana"
    ) throws -> ReplicateConfiguration {
        var configuration = try ReplicateConfiguration(origin: origin, key: key(), model: model)
        configuration.prices = try PriceTable("replicate/*=39000")
        configuration.pace.first = .milliseconds(1)
        configuration.pace.longest = .milliseconds(2)
        configuration.pace.least = .zero
        return configuration
    }

    static func downloads(_ http: any HTTPSending) throws -> PictureDownload {
        var policy = DownloadPolicy { _ in .success(nil) }
        policy.hosts = try HostList(ReplicateConfiguration.publicFileHosts)
        return PictureDownload(policy, key: try key(), over: http, now: { now })
    }

    static func provider(
        _ http: ScriptedHTTP, _ adjust: (inout ReplicateConfiguration) throws -> Void = { _ in }
    ) throws -> ReplicateProvider {
        var configuration = try configuration()
        try adjust(&configuration)
        return ReplicateProvider(configuration, over: http, downloads: try downloads(http), now: { now })
    }

    static func request(
        prompt: String = "a brass lamp", model: String? = nil, timeout: Duration = .seconds(60),
        resuming: RemoteCall? = nil, caseID: CaseID? = nil
    ) throws -> GenerationRequest {
        GenerationRequest(
            jobID: try JobID("j-1"), caseID: caseID, assetID: try AssetID("lamp"), kind: .evidence, prompt: prompt,
            subject: Subject(name: "Lamp", description: "made of brass"), model: model, attempt: 1, timeout: timeout,
            size: PixelSize(width: 512, height: 512), resuming: resuming)
    }

    static func call(_ id: String = id) throws -> RemoteCall { try RemoteCall(provider: "replicate", id: id) }

    static func prediction(_ status: String, output: JSONValue = nil, error: JSONValue = nil) throws -> HTTPResponse {
        let body: JSONValue = [
            "id": .string(id), "status": .string(status), "output": output, "error": error, "model": "a/b",
            "version": "hidden", "logs": "",
        ]
        return HTTPResponse(
            status: 201, headers: [(name: "content-type", value: "application/json")], body: try JSON.encode(body))
    }

    static func delivered() -> HTTPResponse {
        HTTPResponse(status: 200, headers: [(name: "content-type", value: "image/jpeg")], body: picture)
    }

    static func status(_ status: Int, headers: [(name: String, value: String)] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: [])
    }
}

/// What an attempt told while it was under way.
final class Told: Sendable {
    private let state = Locked((sent: 0, named: [RemoteCall]()))
    var sent: Int { state.withLock { $0.sent } }
    var named: [RemoteCall] { state.withLock { $0.named } }
    var observer: CallObserver {
        CallObserver(
            sent: { self.state.withLock { $0.sent += 1 } },
            named: { call in self.state.withLock { $0.named.append(call) } })
    }
}

func madeMedia(_ result: GenerationResult) -> GeneratedMedia? {
    if case .made(let media) = result { media } else { nil }
}
func mediaError(_ result: GenerationResult) -> MediaError? {
    if case .failed(let error) = result { error } else { nil }
}

/// Something that is known only after what needs it was made.
final class Box<Value: Sendable>: Sendable {
    private let content = Locked<Value?>(nil)
    var value: Value? {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}
