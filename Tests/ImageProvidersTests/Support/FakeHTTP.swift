import CurlClient
import JobModel
import Orchestration

/// Answers requests with given outcomes, one after the other and the last for ever, and keeps the requests.
final class FakeHTTP: HTTPSending {
    let sent: Recorder

    init(_ outcomes: [Result<HTTPResponse, HTTPError>]) { sent = Recorder(outcomes) }

    convenience init(_ outcome: Result<HTTPResponse, HTTPError>) { self.init([outcome]) }

    convenience init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.init(.success(HTTPResponse(status: status, headers: headers, body: body)))
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let outcome = await sent.next(request)
        // As the client does it: a request that fails before it leaves is not told.
        if case .failure(let error) = outcome, error.phase == .beforeSend { throw error }
        request.onSend?()
        return try outcome.get()
    }

    actor Recorder {
        private(set) var requests: [HTTPRequest] = []
        private let outcomes: [Result<HTTPResponse, HTTPError>]

        init(_ outcomes: [Result<HTTPResponse, HTTPError>]) { self.outcomes = outcomes }

        func next(_ request: HTTPRequest) -> Result<HTTPResponse, HTTPError> {
            requests.append(request)
            return outcomes[min(requests.count, outcomes.count) - 1]
        }
    }
}

/// Takes requests and answers none: a call over it ends only by cancellation.
final class SilentHTTP: HTTPSending {
    private let arrivals = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        request.onSend?()
        arrivals.continuation.yield()
        // Sleeping throws only when it is canceled, which is what is waited for here.
        while (try? await Task.sleep(for: .seconds(3_600))) != nil {}
        throw HTTPError(.canceled, phase: .afterSend, message: "the task was canceled")
    }

    /// Returns when a request is under way.
    func untilArrived() async {
        for await _ in arrivals.stream { return }
    }
}

extension GenerationResult {
    var media: GeneratedMedia? { if case .made(let media) = self { media } else { nil } }
    var error: MediaError? { if case .failed(let error) = self { error } else { nil } }
}
