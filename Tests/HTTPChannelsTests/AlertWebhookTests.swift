import CurlClient
import HTTPChannels
import JobModel
import Logging
import Orchestration
import Testing
import Threads

/// An address that answers with one status after another, the last one for ever.
private final class Address: HTTPSending, Sendable {
    private let answers: [Int?]
    private let asked = Locked(0)

    /// - Parameter answers: nil for none.
    init(_ answers: [Int?]) { self.answers = answers }

    var posts: Int { asked.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let number = asked.withLock { asked in
            asked += 1
            return asked
        }
        guard let status = answers[min(number, answers.count) - 1] else {
            throw HTTPError(.connectFailed, phase: .beforeSend, message: "refused")
        }
        return HTTPResponse(status: status, headers: [], body: [])
    }
}

/// Pauses take no time.
private struct HastyClock: EngineClock {
    func now() -> Milliseconds { 0 }
    func wall() -> Milliseconds { 0 }
    func sleep(until instant: Milliseconds) async {}
}

@Suite("What becomes of an alert's message")
struct AlertWebhookTests {
    @Test(arguments: [
        ([200], AlertOutcome.delivered, 1), ([204], .delivered, 1), ([400], .refused, 1), ([413], .refused, 1),
        ([503, 413], .refused, 2), ([503, nil, 200], .delivered, 3), ([500], .unreachable, 3), ([nil], .unreachable, 3),
        ([429], .unreachable, 3), ([408], .unreachable, 3), ([302], .unreachable, 3),
    ])
    func outcomes(_ answers: [Int?], _ outcome: AlertOutcome, _ posts: Int) async {
        let address = Address(answers)
        let webhook = AlertWebhook(
            http: address, url: "http://address", secrets: nil, clock: HastyClock(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        #expect(await webhook.send(AlertMessage(Alert(.imagesFailing), .raised, since: 5)) == outcome)
        #expect(address.posts == posts)
    }
}
