import Synchronization

/// One request on its way to its answer, shared by the caller's task and the engine.
///
/// The canceled flag may be set before the call reaches the engine and long after it has ended; the engine looks at it
/// when the call arrives, so a cancel that came first is not lost.
final class Call: Sendable {
    typealias Outcome = Result<HTTPResponse, HTTPError>

    let request: HTTPRequest
    /// Host and port, if libcurl has to ask someone for the address; nil for literal addresses and localhost.
    let lookupName: String?
    let begin = ContinuousClock.now
    private let canceled = Atomic(false)

    init(_ request: HTTPRequest) throws(HTTPError) {
        let target = try RequestRules.check(request)
        self.request = request
        lookupName = target.needsLookup ? "\(target.host):\(target.port)" : nil
    }

    var id: ObjectIdentifier { ObjectIdentifier(self) }
    var deadline: ContinuousClock.Instant { begin + request.timeout }
    var connectDeadline: ContinuousClock.Instant { min(begin + request.connectTimeout, deadline) }

    var isCanceled: Bool { canceled.load(ordering: .acquiring) }

    func cancel() { canceled.store(true, ordering: .releasing) }
}

/// A call and the one who waits for it. Ended exactly once, by whoever holds it.
struct PendingCall: Sendable {
    let call: Call
    let continuation: CheckedContinuation<Call.Outcome, Never>

    func end(_ outcome: Call.Outcome) { continuation.resume(returning: outcome) }

    /// Ends a call of which nothing has been sent.
    func fail(_ code: HTTPError.Code, _ message: String) {
        end(.failure(HTTPError(code, phase: .beforeSend, message: message)))
    }
}

extension ParsedURL {
    fileprivate var needsLookup: Bool { address == nil && host != "localhost" && !host.hasSuffix(".localhost") }
}
