import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite("following a prediction", .timeLimit(.minutes(2)))
struct ReplicatePollingTests {
    private static let dropped = HTTPError(.broken, phase: .afterSend, message: "reset, \(Replicate.token)")
    private static let down = HTTPError(.connectFailed, phase: .beforeSend, message: "refused")
    private static let slow = HTTPError(.timeout, phase: .afterSend, message: "nothing came")

    @Test("a broken poll is not the end")
    func troubles() async throws {
        let http = ScriptedHTTP([
            .answer(try Replicate.prediction("starting")), .failure(Self.dropped), .failure(Self.down),
            .failure(Self.slow), .answer(Replicate.status(500)), .answer(Replicate.status(404)),
            .answer(try Replicate.prediction("processing")), .answer(Replicate.status(404)),
            .answer(Replicate.status(404)),
            .answer(try Replicate.prediction("succeeded", output: .string(Replicate.file))),
            .answer(Replicate.delivered()),
        ])
        let told = Told()
        let result = try await Replicate.provider(http).generate(Replicate.request(), observer: told.observer)
        #expect(madeMedia(result)?.bytes == Replicate.picture)
        #expect(told.sent == 1)
        #expect(try told.named == [Replicate.call()])
        let polls = http.requests[1..<10]
        #expect(polls.allSatisfy { $0.method == "GET" && $0.onSend == nil && $0.body.isEmpty })
        #expect(polls.allSatisfy { $0.timeout <= .seconds(15) })
    }

    @Test("a throttled poll waits as long as it is told")
    func throttled() async throws {
        let http = ScriptedHTTP([
            .answer(try Replicate.prediction("starting")),
            .answer(Replicate.status(429, headers: [(name: "retry-after-ms", value: "300")])),
            .answer(try Replicate.prediction("failed")),
        ])
        let provider = try Replicate.provider(http)
        let call = try Replicate.call()
        let begin = ContinuousClock.now
        async let running = provider.generate(Replicate.request(), observer: CallObserver())
        await http.wait { $0.count >= 2 }
        provider.nudge(call)
        _ = try await running
        #expect(.now - begin >= .milliseconds(300))
        #expect(http.requests.count == 3)
    }

    @Test("a deadline ends it: the provider is told, the question stays open")
    func deadline() async throws {
        let http = ScriptedHTTP([], then: .answer(try Replicate.prediction("processing")))
        let result = try await Replicate.provider(http).generate(
            Replicate.request(timeout: .milliseconds(80)), observer: CallObserver())
        let error = try #require(mediaError(result))
        #expect(error.kind == .timeout && error.isRetryable && error.phase == .afterSend && error.isOutcomeUnknown)
        try await expectCancel(http)
    }

    @Test("a deadline within a silent poll ends it too, with the last trouble in the message")
    func silentPoll() async throws {
        // The failed poll has to come before the deadline on a busy machine too.
        let http = ScriptedHTTP([.answer(try Replicate.prediction("processing")), .failure(Self.down)], then: .silence)
        let result = try await Replicate.provider(http).generate(
            Replicate.request(timeout: .seconds(12)), observer: CallObserver())
        let error = try #require(mediaError(result))
        #expect(error.kind == .timeout && error.phase == .afterSend)
        #expect(error.message.contains("cannot be asked about"))
        try await expectCancel(http)
    }

    @Test("cancellation ends it at once, in a pause and in a poll", arguments: [true, false])
    func cancellation(inPause: Bool) async throws {
        let http = ScriptedHTTP([.answer(try Replicate.prediction("processing"))], then: .silence)
        let provider = try Replicate.provider(http) { configuration in
            if inPause { configuration.pace.first = .seconds(3600) }
        }
        let request = try Replicate.request(timeout: .seconds(7200))
        let told = Told()
        let task = Task { await provider.generate(request, observer: told.observer) }
        await http.wait { $0.count >= (inPause ? 1 : 2) }
        task.cancel()
        let error = try #require(mediaError(await task.value))
        #expect(error.kind == .canceled && !error.isRetryable && error.phase == .afterSend)
        try await expectCancel(http)
    }

    @Test("before the creating call, cancellation sends nothing")
    func canceledEarly() async throws {
        let http = ScriptedHTTP([])
        let provider = try Replicate.provider(http)
        let request = try Replicate.request()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await provider.generate(request, observer: CallObserver())
        }
        let error = try #require(mediaError(await task.value))
        #expect(error.kind == .canceled && error.phase == .beforeSend)
        #expect(http.requests.isEmpty)
    }

    @Test("a creating call without an answer has an unknown outcome")
    func unknownOutcome() async throws {
        let started = HTTPError(.broken, phase: .answerStarted, message: "half an answer", status: 201)
        for problem in [Self.dropped, Self.slow, started] {
            let http = ScriptedHTTP([.failure(problem)])
            let told = Told()
            let result = try await Replicate.provider(http).generate(Replicate.request(), observer: told.observer)
            let error = try #require(mediaError(result))
            #expect(error.kind == .outcomeUnknown && error.isRetryable && error.phase == .afterSend)
            #expect(!error.message.contains(Replicate.token))
            #expect(told.sent == 1 && told.named.isEmpty && http.requests.count == 1)
        }
    }

    @Test("a creating call that never left was never made")
    func neverLeft() async throws {
        let http = ScriptedHTTP([.failure(Self.down)])
        let told = Told()
        let result = try await Replicate.provider(http).generate(Replicate.request(), observer: told.observer)
        let error = try #require(mediaError(result))
        #expect(error.kind == .network && error.isRetryable && error.phase == .beforeSend)
        #expect(told.sent == 0)
    }

    @Test("an answer that began as a refusal is one, however the rest was lost")
    func brokenRefusal() async throws {
        let http = ScriptedHTTP([.failure(HTTPError(.broken, phase: .answerStarted, message: "half", status: 402))])
        let result = try await Replicate.provider(http).generate(Replicate.request(), observer: CallObserver())
        #expect(mediaError(result)?.kind == .quotaExhausted && mediaError(result)?.phase == .answerRead)
    }

    private func expectCancel(_ http: ScriptedHTTP) async throws {
        await http.wait { $0.contains { $0.url.hasSuffix("/cancel") } }
        let message = try #require(http.canceled.first)
        #expect(http.canceled.count == 1)
        #expect(message.method == "POST" && message.timeout == .seconds(5) && message.onSend == nil)
        #expect(message.url == "https://replicate.test/v1/predictions/\(Replicate.id)/cancel")
    }
}
