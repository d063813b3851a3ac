import Testing

@testable import JobModel

@Suite("The names that other systems give to an error")
struct ErrorViewTests {
    private static let views: [(MediaError.Kind, b: String, c: String, d: String)] = [
        (.network, "NETWORK_ERROR", "TEMPORARY", "TRANSIENT_PROVIDER_ERROR"),
        (.timeout, "TIMEOUT", "TEMPORARY", "TRANSIENT_PROVIDER_ERROR"),
        (.outcomeUnknown, "NETWORK_ERROR", "TEMPORARY", "TRANSIENT_PROVIDER_ERROR"),
        (.rateLimited, "RATE_LIMIT", "RATE_LIMIT", "RATE_LIMITED"),
        (.quotaExhausted, "RATE_LIMIT", "PERMANENT", "PROVIDER_FAILURE"),
        (.providerFailure, "API_ERROR", "TEMPORARY", "TRANSIENT_PROVIDER_ERROR"),
        (.refused, "VALIDATION_ERROR", "PERMANENT", "SENSITIVE_CONTENT"),
        (.unusableOutput, "API_ERROR", "TEMPORARY", "TRANSIENT_PROVIDER_ERROR"),
        (.invalidRequest, "VALIDATION_ERROR", "PERMANENT", "PROVIDER_FAILURE"),
        (.unauthorized, "API_ERROR", "AUTH_ERROR", "PROVIDER_FAILURE"),
        (.notFound, "API_ERROR", "PERMANENT", "PROVIDER_FAILURE"),
        (.deadline, "TIMEOUT", "UNKNOWN", "UNKNOWN"),
        (.canceled, "API_ERROR", "PERMANENT", "UNKNOWN"),
        (.internalFailure, "API_ERROR", "UNKNOWN", "UNKNOWN"),
    ]

    @Test func everyKindHasItsViews() {
        #expect(Set(Self.views.map(\.0)) == Set(MediaError.Kind.allCases))
        for (kind, b, c, d) in Self.views {
            let error = Make.error(kind)
            #expect(error.codeB == b, "\(kind)")
            #expect(error.classC == c, "\(kind)")
            #expect(error.codeD == d, "\(kind)")
        }
    }

    @Test("a failure that will not pass by itself is no transient one")
    func permanent() {
        for kind in [MediaError.Kind.providerFailure, .unusableOutput] {
            let error = MediaError(kind, "gone for good", isRetryable: false)
            #expect(error.codeD == "PROVIDER_FAILURE")
            #expect(error.classC == "PERMANENT")
        }
    }

    @Test("what a person has to change is never retried")
    func userAction() {
        for kind in MediaError.Kind.allCases where Make.error(kind).userActionRequired {
            #expect(!kind.isUsuallyRetryable, "\(kind)")
        }
        #expect(Make.error(.refused).userActionRequired)
        #expect(!Make.error(.deadline).userActionRequired)
    }

    @Test("messages are bounded in scalars")
    func bounded() {
        let error = MediaError(.network, "e" + String(repeating: "\u{301}", count: 100_000))
        #expect(error.message.unicodeScalars.count == 500)
    }

    @Test(
        "the outcome follows from the assets",
        arguments: [
            ([AssetState.generated, .generated], false, JobStatus.completed), ([.generated, .failed], false, .partial),
            ([.generated, .needsPromptUpdate], false, .partial), ([.needsPromptUpdate, .held], false, .failed),
            ([.failed], false, .failed), ([.canceled, .generated], true, .canceled), ([.generated], true, .completed),
        ] as [([AssetState], Bool, JobStatus)])
    func outcome(states: [AssetState], wasCanceled: Bool, status: JobStatus) {
        #expect(JobStatus.outcome(of: states, wasCanceled: wasCanceled) == status)
    }
}
