import CurlClient
import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

@Suite("an earlier prediction", .timeLimit(.minutes(2)))
struct ReplicateResumeTests {
    @Test(
        "that cannot be asked about keeps its question, and nothing is ordered",
        arguments: [
            (HTTPError(.nameNotFound, phase: .beforeSend, message: "x"), MediaError.Kind.network),
            (HTTPError(.connectFailed, phase: .beforeSend, message: "x"), .network),
            (HTTPError(.broken, phase: .afterSend, message: "x"), .network),
            (HTTPError(.broken, phase: .answerStarted, message: "x", status: 200), .network),
            (HTTPError(.timeout, phase: .afterSend, message: "x"), .timeout),
            (HTTPError(.bodyTooLarge, phase: .answerStarted, message: "x", status: 200), .outcomeUnknown),
            (HTTPError(.closed, phase: .beforeSend, message: "x"), .outcomeUnknown),
        ])
    func unanswered(problem: HTTPError, kind: MediaError.Kind) async throws {
        let http = ScriptedHTTP([.failure(problem)])
        let told = Told()
        let result = try await Replicate.provider(http).generate(
            Replicate.request(resuming: Replicate.call()), observer: told.observer)
        let error = try #require(mediaError(result))
        #expect(error.kind == kind && error.isRetryable && error.phase == .afterSend && error.isOutcomeUnknown)
        #expect(http.requests.map(\.method) == ["GET"] && told.sent == 0 && told.named.isEmpty)
    }

    @Test("whose attempt is canceled within the question is canceled at the provider")
    func canceled() async throws {
        let http = ScriptedHTTP([], then: .silence)
        let provider = try Replicate.provider(http)
        let request = try Replicate.request(resuming: Replicate.call())
        let task = Task { await provider.generate(request, observer: CallObserver()) }
        await http.wait { $0.count >= 1 }
        task.cancel()
        let error = try #require(mediaError(await task.value))
        #expect(error.kind == .canceled && error.phase == .afterSend)
        await http.wait { $0.contains { $0.url.hasSuffix("/cancel") } }
        #expect(http.scripted.count == 1)
    }

    @Test("of another provider is not asked about")
    func stranger() async throws {
        let http = ScriptedHTTP([.answer(Replicate.status(500))])
        let earlier = try RemoteCall(provider: "openai", id: "abc")
        _ = try await Replicate.provider(http).generate(Replicate.request(resuming: earlier), observer: CallObserver())
        #expect(http.requests.map(\.method) == ["POST"])
    }

    @Test(
        "whose picture cannot be fetched just now keeps its question",
        arguments: [
            HTTPError(.timeout, phase: .answerStarted, message: "x", status: 200),
            HTTPError(.canceled, phase: .afterSend, message: "x"), HTTPError(.closed, phase: .beforeSend, message: "x"),
            HTTPError(.broken, phase: .afterSend, message: "x"),
        ])
    func notFetched(problem: HTTPError) async throws {
        let made = try Replicate.prediction("succeeded", output: .string(Replicate.file))
        let http = ScriptedHTTP([.answer(made), .failure(problem)])
        let result = try await Replicate.provider(http).generate(
            Replicate.request(resuming: Replicate.call()), observer: CallObserver())
        let error = try #require(mediaError(result))
        #expect(error.isOutcomeUnknown && error.costMicros == nil && http.canceled.isEmpty)
        #expect(error.isRetryable == (problem.code != .canceled))
    }

    @Test("that the provider forgot may have been billed, and is not asked about again")
    func forgotten() async throws {
        let http = ScriptedHTTP([.answer(Replicate.status(404))])
        let result = try await Replicate.provider(http).generate(
            Replicate.request(resuming: Replicate.call()), observer: CallObserver())
        let error = try #require(mediaError(result))
        #expect(error.isRetryable && error.phase == .afterSend && !error.isOutcomeUnknown)
        #expect(http.requests.count == 1)
    }

    @Test("is found again after each way to lose it, and made once")
    func foundAgain() async throws {
        let made = try Replicate.prediction("succeeded", output: .string(Replicate.file))
        let lost = HTTPError(.connectFailed, phase: .beforeSend, message: "down")
        let http = ScriptedHTTP([
            .answer(try Replicate.prediction("starting")), .answer(made), .failure(lost),
            .answer(made), .answer(Replicate.status(503)),
            .failure(lost),
            .answer(made), .answer(Replicate.delivered()),
        ])
        let provider = try Replicate.provider(http)
        let told = Told()
        var earlier: RemoteCall?
        for _ in 0..<3 {
            let result = await provider.generate(try Replicate.request(resuming: earlier), observer: told.observer)
            let error = try #require(mediaError(result))
            #expect(error.isRetryable && error.isOutcomeUnknown && error.costMicros == nil)
            earlier = told.named.last
        }
        let result = await provider.generate(try Replicate.request(resuming: earlier), observer: told.observer)
        #expect(madeMedia(result)?.bytes == Replicate.picture && madeMedia(result)?.costMicros == 39_000)
        #expect(try told.sent == 1 && told.named == [Replicate.call()])
        #expect(http.requests.count { $0.method == "POST" } == 1)
    }
}
