import CurlClient
import JobModel

/// The one door through which a provider's failures become ours: whatever it said is redacted and shortened here.
struct FailureReport: Sendable {
    /// As it stands in `MediaError.provider`.
    let provider: String
    let redaction: Redaction

    init(provider: String, key: ProviderKey?) {
        self.provider = provider
        redaction = Redaction(key: key)
    }

    func error(
        _ verdict: Verdict, _ message: String, code: String? = nil, retryAfter: Int64? = nil,
        phase: MediaError.Phase = .answerRead, context: [String: String] = [:]
    ) -> MediaError {
        MediaError(
            verdict.kind, redaction.clean(message, atMost: 500), provider: provider,
            providerCode: code.map { redaction.clean($0, atMost: 64) }, isRetryable: verdict.isRetryable,
            retryAfter: verdict.isRetryable ? retryAfter : nil, phase: phase,
            context: context.mapValues { redaction.clean($0, atMost: 200) })
    }

    /// Our own request cannot be sent as it is; nothing was.
    func invalid(_ message: String) -> MediaError {
        error(Verdict(.invalidRequest, retry: false), message, phase: .beforeSend)
    }

    /// A model for which the operator set no price; nothing was sent.
    func unpriced(_ model: String) -> MediaError {
        invalid("no price is set for the model \(redaction.clean(model, atMost: 128))")
    }

    /// No whole answer.
    func transport(_ problem: HTTPError) -> MediaError {
        var context = ["httpError": problem.code.rawValue]
        if let status = problem.status { context["httpStatus"] = String(status) }
        return error(
            TransportErrors.verdict(problem), problem.message, phase: TransportErrors.phase(problem), context: context)
    }

    /// An answer that the provider itself calls an error.
    ///
    /// - Parameters:
    ///   - code: the provider's own, without the status.
    ///   - message: the provider's words.
    func answered(
        _ verdict: Verdict, status: Int, code: String?, message: String?, retryAfter: Int64?,
        context: [String: String] = [:]
    ) -> MediaError {
        let code = ([String(status)] + [code].compactMap { $0 }).joined(separator: " ")
        let words = message.flatMap { $0.isEmpty ? nil : "HTTP \(code): \($0)" } ?? "HTTP \(code)"
        return error(
            verdict, words, code: code, retryAfter: retryAfter,
            context: context.merging(["httpStatus": String(status)]) { $1 })
    }

    /// An answer that is no HTTP error and holds no picture.
    func refused(_ refusal: Refusal, _ response: HTTPResponse) -> MediaError {
        let reason =
            switch refusal.verdict.kind {
            case .refused: "the provider will not make this picture"
            case .providerFailure: "the provider gave an answer that cannot be read"
            default: "the provider made no picture"
            }
        let words = refusal.words.map { ": " + redaction.clean($0, atMost: 300) } ?? ""
        return error(
            refusal.verdict, "\(reason) (\(redaction.clean(refusal.code, atMost: 64)))" + words, code: refusal.code,
            retryAfter: refusal.retryAfter,
            context: ["httpStatus": String(response.status), "bytes": String(response.body.count)])
    }
}
