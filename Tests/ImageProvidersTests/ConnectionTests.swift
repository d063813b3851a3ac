import CurlClient
import ImageProviders
import JobModel
import Orchestration
import Testing

struct BrokenCall: Sendable, CustomTestStringConvertible {
    let error: HTTPError
    let kind: MediaError.Kind
    let isRetryable: Bool
    let phase: MediaError.Phase

    init(
        _ code: HTTPError.Code, _ sent: HTTPError.Phase, status: Int? = nil, _ kind: MediaError.Kind, retry: Bool,
        _ phase: MediaError.Phase
    ) {
        error = HTTPError(code, phase: sent, message: "in curl's words, \(Adapter.key)", status: status)
        self.kind = kind
        isRetryable = retry
        self.phase = phase
    }

    var testDescription: String { "\(error.code) \(error.phase) \(error.status ?? 0)" }
}

@Suite struct ConnectionTests {
    static let calls = [
        BrokenCall(.nameNotFound, .beforeSend, .network, retry: true, .beforeSend),
        BrokenCall(.connectFailed, .beforeSend, .network, retry: true, .beforeSend),
        BrokenCall(.connectTimeout, .beforeSend, .network, retry: true, .beforeSend),
        BrokenCall(.broken, .beforeSend, .network, retry: true, .beforeSend),
        BrokenCall(.broken, .afterSend, .outcomeUnknown, retry: true, .afterSend),
        BrokenCall(.broken, .answerStarted, status: 200, .outcomeUnknown, retry: true, .afterSend),
        BrokenCall(.broken, .answerStarted, status: 503, .providerFailure, retry: true, .answerRead),
        BrokenCall(.broken, .answerStarted, status: 403, .unauthorized, retry: false, .answerRead),
        BrokenCall(.timeout, .beforeSend, .timeout, retry: true, .beforeSend),
        BrokenCall(.timeout, .afterSend, .timeout, retry: true, .afterSend),
        BrokenCall(.timeout, .answerStarted, status: 200, .timeout, retry: true, .afterSend),
        BrokenCall(.bodyTooLarge, .answerStarted, status: 200, .unusableOutput, retry: true, .answerRead),
        BrokenCall(.bodyTooLarge, .answerStarted, status: 500, .providerFailure, retry: true, .answerRead),
        BrokenCall(.canceled, .beforeSend, .canceled, retry: false, .beforeSend),
        BrokenCall(.canceled, .afterSend, .canceled, retry: false, .afterSend),
        BrokenCall(.canceled, .answerStarted, status: 429, .canceled, retry: false, .afterSend),
        BrokenCall(.closed, .beforeSend, .internalFailure, retry: false, .beforeSend),
        BrokenCall(.addressRefused, .beforeSend, .invalidRequest, retry: false, .beforeSend),
        BrokenCall(.invalidRequest, .beforeSend, .invalidRequest, retry: false, .beforeSend),
    ]

    @Test(arguments: Adapter.allCases, calls)
    func whatIsKnownOfABrokenCallIsKept(adapter: Adapter, call: BrokenCall) async throws {
        let http = FakeHTTP(.failure(call.error))
        let sendings = Counter()
        let result = try await adapter.provider(http).generate(
            Adapter.request(), observer: CallObserver(sent: { sendings.add() }))
        let error = try #require(result.error)
        #expect(error.kind == call.kind)
        #expect(error.isRetryable == call.isRetryable)
        #expect(error.phase == call.phase)
        #expect(error.provider == adapter.rawValue)
        #expect(!error.message.isEmpty && !error.message.contains(Adapter.key))
        #expect(error.context["httpStatus"] == call.error.status.map(String.init))
        #expect(await http.sent.requests.count == 1)
        #expect(sendings.count == (call.error.phase == .beforeSend ? 0 : 1))
    }

    @Test(arguments: Adapter.allCases)
    func aCanceledCallEndsAtOnceAndSaysHowFarItCame(adapter: Adapter) async throws {
        let http = SilentHTTP()
        let provider = try adapter.provider(http)
        let request = try Adapter.request()
        let call = Task { await provider.generate(request, observer: CallObserver()) }
        await http.untilArrived()
        call.cancel()
        let error = try #require(await call.value.error)
        #expect(error.kind == .canceled && !error.isRetryable && error.phase == .afterSend)
    }
}
