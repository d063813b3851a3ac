import CurlClient
import JSONCoding

/// What a problem document (RFC 7807) says. Read leniently: proxies and gateways answer in shapes of their own.
struct ReplicateFailureBody {
    private(set) var detail: String?
    private var retryAfter: Int64?

    /// An error page is small; a larger one is not read.
    private static let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 32)

    init(_ bytes: [UInt8]) {
        do {
            let root = try JSON.decode(JSONValue.self, from: bytes, limits: Self.limits)
            detail = Self.words(root)
            retryAfter = Self.milliseconds(root["retry_after"])
        } catch {
            // Not an error of ours: gateways answer with HTML, or with nothing. The HTTP status speaks for itself.
        }
    }

    /// How long it asks us to wait, in milliseconds: in its body, its headers, the limit's own reset, or its words.
    func delay(_ response: HTTPResponse, now: Int64) -> Int64? {
        if let delay = retryAfter ?? RetryHeaders.delay(response, now: now) { return delay }
        guard response.status == 429 else { return nil }
        if let seconds = response.header("ratelimit-reset").flatMap({ RetryDelay.milliseconds(duration: $0 + "s") }) {
            return seconds
        }
        return detail.flatMap(Self.reset)
    }

    /// Self-hosted servers of this API put the words elsewhere, or a list where the text should be.
    private static func words(_ root: JSONValue) -> String? {
        if let text = root["detail"]?.stringValue { return text }
        if let list = root["detail"]?.arrayValue {
            return list.compactMap { $0["msg"]?.stringValue }.joined(separator: "; ")
        }
        return root["title"]?.stringValue ?? root["error"]?.stringValue ?? root["error"]?["message"]?.stringValue
            ?? root.stringValue
    }

    /// Seconds, as a number or a text.
    private static func milliseconds(_ value: JSONValue?) -> Int64? {
        if let text = value?.stringValue { return RetryDelay.milliseconds(duration: text + "s") }
        guard let seconds = value?.doubleValue, seconds >= 0 else { return nil }
        return RetryDelay.milliseconds(count: "\(seconds * 1000)")
    }

    /// From `… Your rate limit resets in ~30s.`
    private static func reset(_ detail: String) -> Int64? {
        guard let found = detail.firstRange(of: "resets in ") else { return nil }
        let word = detail[found.upperBound...].drop { $0 == "~" }.prefix {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".")
        }
        return RetryDelay.milliseconds(duration: word.last == "." ? word.dropLast() : word)
    }
}
