import CurlClient
import JSONCoding
import JobModel

/// `Retry-After` in both its forms, bounded; anything else is passed over.
enum RetryAfter {
    private static let longest: Int64 = 1_000_000

    /// - Parameter wallSeconds: by which a date is measured; without it a date is passed over too.
    static func milliseconds(_ response: HTTPResponse, wallSeconds: Int64? = nil) -> Milliseconds? {
        guard let text = response.header("retry-after") else { return nil }
        if let seconds = Int64(text) { return seconds >= 0 ? min(seconds, longest) * 1_000 : nil }
        guard let wallSeconds, let date = HTTPDate.seconds(text) else { return nil }
        return min(max(0, date - wallSeconds), longest) * 1_000
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
