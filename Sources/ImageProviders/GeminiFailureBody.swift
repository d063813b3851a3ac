import JSONCoding

/// What a google.rpc error says. Read leniently: proxies and gateways answer in shapes of their own.
struct GeminiFailureBody {
    private(set) var status: String?
    private(set) var message: String?
    private var reasons: [String] = []
    private var quotaIDs: [String] = []
    private var quotaValues: [String] = []
    private var retryDelay: String?

    /// An error page is small; a larger one is not read.
    private static let limits = JSONLimits(maximumBytes: 1 << 20, maximumDepth: 32)

    init(_ bytes: [UInt8]) {
        do {
            read(try JSON.decode(JSONValue.self, from: bytes, limits: Self.limits))
        } catch {
            // Not an error of ours: gateways answer with HTML, or with nothing. The HTTP status speaks for itself.
        }
    }

    private mutating func read(_ document: JSONValue) {
        // Streaming endpoints wrap the object in an array.
        let root = document[0] ?? document
        let error = root["error"] ?? root
        status = error["status"]?.stringValue
        message = error["message"]?.stringValue ?? error.stringValue
        for detail in error["details"]?.arrayValue ?? [] {
            if let reason = detail["reason"]?.stringValue { reasons.append(reason) }
            if let delay = detail["retryDelay"]?.stringValue { retryDelay = delay }
            for violation in detail["violations"]?.arrayValue ?? [] {
                if let id = violation["quotaId"]?.stringValue { quotaIDs.append(id) }
                if let value = violation["quotaValue"]?.stringValue { quotaValues.append(value) }
            }
        }
    }

    /// The most telling word: `API_KEY_INVALID` rather than `INVALID_ARGUMENT`.
    var code: String? { isKeyRefused ? Self.keyRefused : status }

    private static let keyRefused = "API_KEY_INVALID"

    /// A wrong key is a 400 there, told apart by its reason or, without details, by its words.
    var isKeyRefused: Bool {
        reasons.contains(Self.keyRefused) || message?.hasPrefix("API key not valid") == true
            || message?.hasPrefix("API key expired") == true
    }

    /// A limit a day, or one of nothing at all (the free tier has no pictures): no wait of ours will refill it.
    var isQuotaSpent: Bool {
        quotaIDs.contains { $0.contains("PerDay") } || quotaValues.contains("0")
    }

    /// How long it asks us to wait, in milliseconds: in its details, else in its words, else a minute for a limit a minute.
    var retryAfter: Int64? {
        if let delay = retryDelay.flatMap(RetryDelay.milliseconds(duration:)) { return delay }
        if let delay = message.flatMap(RetryDelay.milliseconds(inMessage:)) { return delay }
        return quotaIDs.contains { $0.contains("PerMinute") } ? 60_000 : nil
    }
}
