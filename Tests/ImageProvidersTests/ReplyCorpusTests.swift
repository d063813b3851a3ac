import ImageProviders
import JSONCoding
import JobModel
import Orchestration
import Testing

/// Every reply of the corpus is read as what it is.
@Suite struct ReplyCorpusTests {
    @Test func theCorpusIsWhole() throws {
        #expect(try ProviderFixture.count() >= 130)
        let fixtures = try ProviderFixture.all()
        for adapter in Adapter.allCases {
            let expectations = fixtures.filter { $0.adapter == adapter }.map(\.expect)
            let kinds = Set(expectations.compactMap(\.kind))
            #expect(expectations.count { $0.made != nil } >= 5)
            #expect(
                kinds.isSuperset(of: [
                    .refused, .unusableOutput, .providerFailure, .invalidRequest, .unauthorized, .notFound,
                    .rateLimited, .quotaExhausted,
                ]))
        }
    }

    @Test func everyReplyIsReadAsWhatItIs() async throws {
        let fixtures = try ProviderFixture.all()
        var right = 0
        for fixture in fixtures {
            let misreadings = try await misreadings(of: fixture)
            #expect(misreadings.isEmpty, "\(fixture.testDescription)")
            right += misreadings.isEmpty ? 1 : 0
        }
        #expect(right == fixtures.count)
    }

    private func misreadings(of fixture: ProviderFixture) async throws -> [String] {
        let http = try fixture.http()
        let result = try await fixture.adapter.provider(http).generate(Adapter.request(), observer: CallObserver())
        var wrong: [String] = []
        func check(_ isRight: Bool, _ what: String) { if !isRight { wrong.append("\(what): \(result)") } }
        check(await http.sent.requests.count <= 2, "requests")
        if let made = fixture.expect.made {
            check(result.media?.bytes.count == made.bytes, "bytes")
            check(result.media?.mediaType == made.mediaType, "media type")
            check(result.media?.model == Adapter.model, "model")
            return wrong
        }
        guard let error = result.error else { return ["made: \(result)"] }
        for (isRight, what) in judged(error, by: fixture) { check(isRight, what) }
        return wrong
    }

    private func judged(_ error: MediaError, by fixture: ProviderFixture) -> [(Bool, String)] {
        let expect = fixture.expect
        let decision = RetryPolicy(longestHint: .max).decide(
            after: error, attempt: 1, timeLeft: .max, dice: 0)
        let isRetry = if case .retry = decision { true } else { false }
        return [
            (error.kind == expect.kind, "kind"), (error.isRetryable == expect.retryable, "retry"),
            (isRetry == expect.retryable, "what the retry rule makes of it"),
            ((decision == .park) == expect.parked, "parked"),
            (error.retryAfter == expect.retryAfterMs, "wait"),
            (error.providerCode == expect.providerCode, "provider's code"),
            (error.message.contains(expect.messageContains ?? ""), "words"),
            (!error.message.isEmpty && error.message.count <= 500, "length of the message"),
            (!"\(error)".contains(Adapter.key), "secret"),
            (error.provider == fixture.adapter.rawValue && error.phase == .answerRead, "provider and phase"),
            (
                expect.fetchFailed == true || error.context["httpStatus"] == String(fixture.answer.status),
                "status in the context"
            ),
        ]
    }
}
