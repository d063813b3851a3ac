import CurlClient
import JobModel

/// What the headers of an error answer say about trying again.
enum OpenAIRetryHeaders {
    /// In milliseconds: `retry-after-ms`, else `retry-after`, else the words, else when the used-up limits reset.
    ///
    /// - Parameter now: milliseconds of Unix time, for answers without a date.
    static func delay(_ response: HTTPResponse, message: String?, now: Int64) -> Int64? {
        RetryHeaders.delay(response, now: now) ?? message.flatMap(RetryDelay.milliseconds(inMessage:))
            ?? (response.status == 429 ? reset(response) : nil)
    }

    private static let resetPrefix = "x-ratelimit-reset-"
    private static let remainingPrefix = "x-ratelimit-remaining-"

    /// The longest wait of the limits that are used up. A limit that does not say how much is left counts; one that has
    /// some left does not.
    private static func reset(_ response: HTTPResponse) -> Int64? {
        response.headers.compactMap { name, value -> Int64? in
            guard name.hasPrefix(resetPrefix) else { return nil }
            let remaining = response.header(remainingPrefix + name.dropFirst(resetPrefix.count))
            guard remaining == nil || remaining == "0" else { return nil }
            return RetryDelay.milliseconds(duration: value)
        }.max()
    }

    /// `x-should-retry` overrules our reading of a status, never what the provider said of the request or the account.
    static func overruled(_ verdict: Verdict, by response: HTTPResponse) -> Verdict {
        switch (response.header("x-should-retry"), verdict.kind) {
        case ("false", _): Verdict(verdict.kind, retry: false)
        case ("true", .invalidRequest), ("true", .providerFailure): Verdict(.providerFailure, retry: true)
        default: verdict
        }
    }
}
