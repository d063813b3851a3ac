import JSONCoding

/// Errors as RFC 7807 problems, with the wording the service uses.
enum ReplicateErrors {
    /// What every answer carries.
    static let limits: [(name: String, value: String)] = [("ratelimit-remaining", "599"), ("ratelimit-reset", "1")]

    static func checkKey(_ key: String?, rules: AccessRules) throws(WireRefusal) {
        guard let key, !key.isEmpty, rules.keys?.contains(key) ?? true else {
            throw problem(401, "You did not pass a valid authentication token", title: "Unauthenticated")
        }
    }

    static func notFound(_ what: String) -> WireRefusal { problem(404, "The specified \(what) does not exist") }

    static func invalid(_ field: String, _ description: String) -> WireRefusal {
        let entry: JSONValue = [
            "type": "invalid_request", "field": .string(field), "description": .string(description),
        ]
        return problem(
            422, "- \(field): \(description)", title: "Input validation failed",
            more: ["invalid_fields": .array([entry])])
    }

    static func problem(
        _ status: Int, _ detail: String, title: String? = nil, more: [String: JSONValue] = [:]
    ) -> WireRefusal {
        var body = more
        body["detail"] = .string(detail)
        body["status"] = .int(.init(status))
        if let title { body["title"] = .string(title) }
        return WireRefusal(
            status: status, cause: title ?? "status \(status)", body: .object(body),
            contentType: "application/problem+json", headers: limits)
    }

    static func answer(_ fault: Fault) throws(JSONError) -> Answer {
        var detail = fault.message ?? message(of: fault.status)
        if let hint = fault.messageHintMs { detail += " Your rate limit resets in ~\(seconds(hint))s." }
        if let reason = fault.reason { detail += " (\(reason))" }
        var more: [String: JSONValue] = [:]
        if let hint = fault.retryInfoMs {
            more["retry_after"] = hint % 1_000 == 0 ? .int(.init(hint / 1_000)) : .double(Double(hint) / 1_000)
        }
        var answer = try problem(fault.status, detail, title: title(of: fault.status), more: more).answer()
        if fault.status == 429 {
            let reset = fault.retryAfter ?? (fault.retryInfoMs ?? fault.messageHintMs).map(seconds) ?? 1
            answer.headers = [("ratelimit-remaining", "0"), ("ratelimit-reset", "\(reset)")]
        }
        if let seconds = fault.retryAfter { answer.headers.append(("retry-after", "\(seconds)")) }
        return answer
    }

    private static func seconds(_ milliseconds: Int) -> Int { (milliseconds + 999) / 1_000 }

    private static func title(of status: Int) -> String? {
        switch status {
        case 401: "Unauthenticated"
        case 402: "Insufficient credit"
        case 422: "Input validation failed"
        default: nil
        }
    }

    private static func message(of status: Int) -> String {
        switch status {
        case 400: "The request is invalid."
        case 401: "You did not pass a valid authentication token"
        case 402:
            "You have insufficient credit to run this model. Go to your account's billing page to purchase credit."
        case 403: "You do not have permission to perform this action."
        case 404: "The specified resource does not exist"
        case 409: "The request conflicts with another one."
        case 413: "The request body is too large."
        case 422: "- input: is invalid"
        case 429: "Request was throttled."
        case 500: "Internal server error"
        case 501...: "Service temporarily unavailable"
        default: "The request could not be processed."
        }
    }
}
