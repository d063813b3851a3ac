import CurlClient
import JSONCoding
import JobModel

/// `Retry-After` in its form of seconds. A date is passed over: our own pause is used then.
enum RetryAfter {
    static func milliseconds(_ response: HTTPResponse) -> Milliseconds? {
        guard let text = response.header("retry-after"), let seconds = Int64(text), seconds >= 0 else { return nil }
        return min(seconds, 1_000_000) * 1_000
    }
}

/// What an error answer says of itself, short and without line breaks.
enum ErrorText {
    static func of(_ response: HTTPResponse) -> String {
        guard let body = try? JSON.decode(ErrorBody.self, from: response.body) else { return "" }
        let text = ": \(body.error.code): \(body.error.message)".filter { !$0.isNewline }
        return String(text.prefix(300))
    }
}
