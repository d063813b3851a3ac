import CurlClient
import JobModel

/// The one place where Gemini's ways to fail become ours. All tables, no text parsing; see `GeminiFailureBody` and
/// `GeminiReplyReader` for where the words come from.
enum GeminiErrors {
    /// What an error means to us.
    struct Verdict: Equatable {
        var kind: MediaError.Kind
        var isRetryable: Bool

        init(_ kind: MediaError.Kind, retry: Bool) {
            self.kind = kind
            isRetryable = retry
        }
    }

    // MARK: HTTP status and google.rpc status

    /// - Parameter body: what the answer said of itself, empty if that was nothing we understand.
    static func verdict(status: Int, body: GeminiFailureBody) -> Verdict {
        switch status {
        case 400 where body.isKeyRefused: Verdict(.unauthorized, retry: false)
        // Not offered in this country, or billing is off: a matter of the account, not of the request.
        case 400 where body.status == "FAILED_PRECONDITION": Verdict(.unauthorized, retry: false)
        case 401, 403: Verdict(.unauthorized, retry: false)
        case 402: Verdict(.quotaExhausted, retry: false)
        case 404, 410: Verdict(.notFound, retry: false)
        case 429 where body.isQuotaSpent: Verdict(.quotaExhausted, retry: false)
        case 429: Verdict(.rateLimited, retry: true)
        // 408 and 499: the provider gave up on a connection that it took for dead.
        case 408, 499, 500...599: Verdict(.providerFailure, retry: true)
        case 400..<500: Verdict(.invalidRequest, retry: false)
        // Redirects are not followed; anything else is no HTTP that we know.
        default: Verdict(.providerFailure, retry: false)
        }
    }

    // MARK: Answers without a picture

    /// The words for which the provider says that it will not, in whatever medium: `IMAGE_SAFETY` is `SAFETY`.
    private static let refusals = [
        "SAFETY", "PROHIBITED_CONTENT", "RECITATION", "BLOCKLIST", "SPII", "MODEL_ARMOR", "JAILBREAK", "LANGUAGE",
    ]

    /// A candidate that ended for `finishReason` and has no picture.
    static func verdict(finishReason: String) -> Verdict {
        let isRefusal = refusals.contains { finishReason == $0 || finishReason.hasSuffix("_" + $0) }
        // NO_IMAGE, IMAGE_OTHER, OTHER, MAX_TOKENS and whatever comes next: the dice fell badly.
        return isRefusal ? Verdict(.refused, retry: false) : Verdict(.unusableOutput, retry: true)
    }

    // MARK: No whole answer

    static func verdict(_ error: HTTPError) -> Verdict {
        switch (error.code, error.phase) {
        case (.nameNotFound, _), (.connectFailed, _), (.connectTimeout, _), (.broken, .beforeSend):
            Verdict(.network, retry: true)
        case (.broken, .afterSend), (.broken, .answerStarted): Verdict(.outcomeUnknown, retry: true)
        case (.timeout, _): Verdict(.timeout, retry: true)
        case (.bodyTooLarge, _): Verdict(.unusableOutput, retry: true)
        case (.canceled, _): Verdict(.canceled, retry: false)
        case (.closed, _): Verdict(.internalFailure, retry: false)
        // The operator's base URL names an address that the operator's egress rules forbid.
        case (.addressRefused, _), (.invalidRequest, _): Verdict(.invalidRequest, retry: false)
        }
    }

    static func phase(_ error: HTTPError) -> MediaError.Phase {
        switch error.code {
        case .nameNotFound, .connectFailed, .connectTimeout, .addressRefused, .invalidRequest: return .beforeSend
        case .bodyTooLarge: return .answerRead
        case .timeout, .broken, .canceled, .closed: break
        }
        return error.phase == .beforeSend ? .beforeSend : .afterSend
    }
}
