import CurlClient
import JobModel
import Orchestration

/// Replicate's failures as errors of ours. Phase `afterSend` with `network`, `timeout`, `outcomeUnknown` or `canceled`
/// keeps the question open what became of a call; anything else closes it.
struct ReplicateFailures: Sendable {
    let report: FailureReport
    /// Milliseconds of Unix time.
    let now: @Sendable () -> Int64

    // MARK: Ordering

    func canceledBeforeSend() -> MediaError {
        report.error(Verdict(.canceled, retry: false), "canceled before it was sent", phase: .beforeSend)
    }

    func lateBeforeSend() -> MediaError {
        report.error(Verdict(.timeout, retry: true), "no time was left to order the picture", phase: .beforeSend)
    }

    /// No whole answer to the creating call: it has no id that could be asked about.
    func creating(_ problem: HTTPError) -> MediaError {
        if let failed = TransportErrors.failedAnswer(problem) { return answered(failed) }
        let error = report.transport(problem)
        guard error.phase == .afterSend, error.kind != .canceled else { return error }
        return report.error(
            Verdict(.outcomeUnknown, retry: true),
            "the picture was ordered and the answer did not come (it may be billed): \(problem.message)",
            phase: .afterSend, context: error.context)
    }

    /// An answer that the provider itself calls an error.
    func answered(_ response: HTTPResponse, phase: MediaError.Phase = .answerRead) -> MediaError {
        let body = ReplicateFailureBody(response.body)
        var error = report.answered(
            ReplicateErrors.verdict(status: response.status, detail: body.detail), status: response.status,
            code: body.detail.flatMap(ReplicateErrors.code), message: body.detail,
            retryAfter: body.delay(response, now: now()))
        error.phase = phase
        return error
    }

    /// It took the order, and its answer cannot be read.
    func unreadableOrder(_ reason: String, _ response: HTTPResponse) -> MediaError {
        report.error(
            Verdict(.outcomeUnknown, retry: true),
            "the picture was ordered and the answer cannot be read (it may be billed): \(reason)", code: "BAD_ANSWER",
            phase: .afterSend,
            context: ["httpStatus": String(response.status), "bytes": String(response.body.count)])
    }

    // MARK: Asking

    func asking(_ problem: HTTPError) -> MediaError {
        var verdict = TransportErrors.verdict(problem)
        if verdict.kind == .outcomeUnknown { verdict.kind = .network }
        if ![.network, .timeout, .canceled].contains(verdict.kind) { verdict = Verdict(.outcomeUnknown, retry: true) }
        return report.error(
            verdict, "the prediction cannot be asked about: \(problem.message)", phase: .afterSend,
            context: ["httpError": problem.code.rawValue])
    }

    func asking(_ response: HTTPResponse) -> MediaError {
        let body = ReplicateFailureBody(response.body)
        return report.error(
            Verdict(.outcomeUnknown, retry: true),
            "the prediction cannot be asked about: HTTP \(response.status)" + (body.detail.map { ": \($0)" } ?? ""),
            code: String(response.status), retryAfter: body.delay(response, now: now()), phase: .afterSend,
            context: ["httpStatus": String(response.status)])
    }

    func unreadable(_ reason: String) -> MediaError {
        report.error(
            Verdict(.outcomeUnknown, retry: true), "the prediction cannot be asked about: the answer \(reason)",
            code: "BAD_ANSWER", phase: .afterSend)
    }

    /// A call from before whose attempt had run out of time: it is certain now that it was ended.
    func wasCanceled() -> MediaError {
        report.error(
            Verdict(.timeout, retry: true), "it did not end in time and was canceled at the provider", code: "CANCELED")
    }

    /// A call from before that is unknown there: nothing more can be learned of it, and it may have been billed.
    func forgotten() -> MediaError {
        report.error(
            Verdict(.providerFailure, retry: true), "the provider no longer knows the earlier prediction", code: "404",
            phase: .afterSend, context: ["httpStatus": "404"])
    }

    func vanished() -> MediaError {
        report.error(
            Verdict(.outcomeUnknown, retry: true), "the provider no longer knows the prediction that it made",
            code: "404", phase: .afterSend, context: ["httpStatus": "404"])
    }

    func late(_ trouble: String?) -> MediaError {
        let reason = trouble.map { " (\($0))" } ?? ""
        return report.error(
            Verdict(.timeout, retry: true), "the prediction had not ended by the attempt's deadline" + reason,
            phase: .afterSend)
    }

    func canceledAfterSend() -> MediaError {
        report.error(Verdict(.canceled, retry: false), "canceled before the prediction had ended", phase: .afterSend)
    }

    // MARK: Ends

    /// A prediction that ended without success.
    func ended(_ prediction: ReplicatePrediction) -> MediaError {
        switch prediction.status {
        case .aborted:
            return report.error(
                Verdict(.timeout, retry: true), "the provider did not start it before its deadline", code: "ABORTED")
        case .canceled:
            return report.error(
                Verdict(.providerFailure, retry: true), "it was canceled at the provider", code: "CANCELED")
        case .failed, .running, .succeeded: break
        }
        let text = prediction.error ?? ""
        let code = ReplicateErrors.code(in: text)
        let meaning = ReplicateErrors.meaning(of: text, code: code)
        let words = text.isEmpty ? "without a reason" : report.redaction.clean(text, atMost: 300)
        let note = meaning.note.map { " (\($0))" } ?? ""
        return report.error(meaning.verdict, "the prediction failed: \(words)\(note)", code: code ?? "FAILED")
    }

    func noOutput(_ prediction: ReplicatePrediction, _ price: Price) -> MediaError {
        let reason = prediction.isDataRemoved ? "its output was deleted at the provider" : "it has no output"
        var error = report.error(
            Verdict(.providerFailure, retry: true), "the prediction succeeded, but \(reason)", code: "NO_OUTPUT")
        error.costMicros = price.micros
        return error
    }

    func noPicture(_ price: Price) -> MediaError {
        var error = report.error(
            Verdict(.unusableOutput, retry: false), "the model's output is no picture: is it the right model?",
            code: "NOT_A_PICTURE")
        error.costMicros = price.micros
        return error
    }

    /// The picture was made. As long as it can still be fetched the call stays open, for it is paid.
    func notFetched(_ error: MediaError, _ price: Price) -> MediaError {
        var error = error
        switch error.kind {
        case .timeout, .network, .canceled: error.phase = .afterSend
        case .providerFailure, .rateLimited, .internalFailure:
            (error.kind, error.phase, error.isRetryable) = (.network, .afterSend, true)
        default: error.costMicros = price.micros
        }
        return error
    }
}
