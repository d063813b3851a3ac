import CurlClient
import JSONCoding
import JobModel

/// What a google.rpc error says. Read leniently: proxies and gateways answer in shapes of their own.
struct GoogleFailureBody {
    private(set) var status: String?
    private(set) var message: String?
    /// The HTTP status that the error itself names.
    private(set) var number: Int?
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
        number = error["code"]?.intValue.flatMap { (400...599).contains($0) ? Int($0) : nil }
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
    var code: String? {
        if isKeyRefused { return Self.keyRefused }
        return isCapacityGone ? Self.capacityGone : status
    }

    private static let keyRefused = "API_KEY_INVALID"
    private static let capacityGone = "MODEL_CAPACITY_EXHAUSTED"

    /// The model has no room for anybody: Google's own command line gives up then rather than ask again.
    private var isCapacityGone: Bool { reasons.contains(Self.capacityGone) }

    /// A wrong key is a 400 there, told apart by its reason or, without details, by its words.
    private var isKeyRefused: Bool {
        reasons.contains(Self.keyRefused) || message?.hasPrefix("API key not valid") == true
            || message?.hasPrefix("API key expired") == true
    }

    /// A limit a day, or one of nothing at all (the free tier has no pictures): no wait of ours will refill it.
    private var isQuotaSpent: Bool {
        quotaIDs.contains { $0.contains("PerDay") } || quotaValues.contains("0")
    }

    /// What the answer means to us.
    func verdict(status: Int) -> Verdict {
        switch status {
        case 400 where isKeyRefused: Verdict(.unauthorized, retry: false)
        // Not offered in this country, or billing is off: a matter of the account, not of the request.
        case 400 where self.status == "FAILED_PRECONDITION": Verdict(.unauthorized, retry: false)
        case 429 where isQuotaSpent: Verdict(.quotaExhausted, retry: false)
        case 429 where isCapacityGone, 503 where isCapacityGone: Verdict(.providerFailure, retry: false)
        default: Verdict(status: status)
        }
    }

    /// How long it asks us to wait, in milliseconds: in its details, else in its words, else a minute for a limit a minute.
    var retryAfter: Int64? {
        if let delay = retryDelay.flatMap(RetryDelay.milliseconds(duration:)) { return delay }
        if let delay = message.flatMap(RetryDelay.milliseconds(inMessage:)) { return delay }
        return quotaIDs.contains { $0.contains("PerMinute") } ? 60_000 : nil
    }
}

extension Refusal {
    /// An error that came with a status of success, as gateways hand it on.
    init(google body: [UInt8]) {
        let failure = GoogleFailureBody(body)
        self.init(
            verdict: failure.verdict(status: failure.number ?? 500), code: failure.code ?? Refusal.errorInAnswer,
            words: failure.message, retryAfter: failure.retryAfter)
    }
}

extension FailureReport {
    /// An answer that Google calls an error.
    ///
    /// - Parameter now: milliseconds of Unix time.
    func google(_ response: HTTPResponse, now: Int64) -> MediaError {
        let body = GoogleFailureBody(response.body)
        return answered(
            body.verdict(status: response.status), status: response.status, code: body.code, message: body.message,
            retryAfter: body.retryAfter ?? RetryHeaders.delay(response, now: now))
    }
}
