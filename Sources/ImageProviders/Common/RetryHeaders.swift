import CurlClient

/// How long an answer's headers ask us to wait.
enum RetryHeaders {
    /// `retry-after-ms`, else `retry-after`: seconds, or a date read against the answer's own `date`. In milliseconds.
    ///
    /// - Parameter now: milliseconds of Unix time, for answers without a date.
    static func delay(_ response: HTTPResponse, now: Int64) -> Int64? {
        if let delay = response.header("retry-after-ms").flatMap(RetryDelay.milliseconds(count:)) { return delay }
        return response.header("retry-after").flatMap {
            RetryDelay.milliseconds(retryAfter: $0, date: response.header("date"), now: now)
        }
    }
}
