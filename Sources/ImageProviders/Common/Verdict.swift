import JobModel

/// What an answer means to us.
struct Verdict: Hashable, Sendable {
    var kind: MediaError.Kind
    var isRetryable: Bool

    init(_ kind: MediaError.Kind, retry: Bool) {
        self.kind = kind
        isRetryable = retry
    }

    /// What an HTTP status says when the answer's body says no more.
    init(status: Int) {
        switch status {
        case 401, 403: self.init(.unauthorized, retry: false)
        case 402: self.init(.quotaExhausted, retry: false)
        case 404, 410: self.init(.notFound, retry: false)
        case 429: self.init(.rateLimited, retry: true)
        // 408 and 499: the provider gave up on a connection that it took for dead. 409: somebody else was in the way.
        case 408, 409, 425, 499, 500...599: self.init(.providerFailure, retry: true)
        case 400..<500: self.init(.invalidRequest, retry: false)
        // Redirects are not followed; anything else is no HTTP that we know.
        default: self.init(.providerFailure, retry: false)
        }
    }
}
