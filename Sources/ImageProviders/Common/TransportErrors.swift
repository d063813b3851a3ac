import CurlClient
import JobModel

/// What it means that no whole answer came: the same for every provider.
enum TransportErrors {
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

    /// The answer as far as it counts, when its head said already that it failed: nothing was made then and nothing
    /// billed, however the rest of it was lost. Nil if the error speaks for itself.
    static func failedAnswer(_ error: HTTPError) -> HTTPResponse? {
        guard let status = error.status, status >= 400, error.code != .canceled else { return nil }
        return HTTPResponse(status: status, headers: [], body: [])
    }
}
