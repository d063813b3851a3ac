import JSONCoding

/// Errors as OpenAI and the servers that imitate it write them.
struct OpenAIErrors {
    let flavor: OpenAIFlavor

    static let safetyText =
        "Your request was rejected as a result of our safety system. Your request may contain content that is not "
        + "allowed by our safety system."

    func checkKey(_ key: String?, rules: AccessRules) throws(WireRefusal) {
        guard flavor.isHosted || rules.keys != nil else { return }
        guard let key, !key.isEmpty else {
            throw refusal(
                401, "You didn't provide an API key. You need to provide your API key in an Authorization header.")
        }
        if let known = rules.keys, !known.contains(key) {
            throw refusal(401, "Incorrect API key provided.", code: "invalid_api_key")
        }
    }

    func missing(_ field: String) -> WireRefusal {
        if flavor == .vllm {
            let entry: JSONValue = ["loc": ["body", .string(field)], "msg": "Field required", "type": "missing"]
            return make(422, cause: "missing", body: ["detail": .array([entry])])
        }
        return refusal(400, "Missing required parameter: '\(field)'.", param: field, code: "missing_required_parameter")
    }

    func invalid(_ field: String, _ message: String) -> WireRefusal {
        if flavor == .vllm {
            let entry: JSONValue = ["loc": ["body", .string(field)], "msg": .string(message), "type": "value_error"]
            return make(422, cause: "value_error", body: ["detail": .array([entry])])
        }
        return refusal(400, "Invalid '\(field)': \(message).", param: field, code: "invalid_value")
    }

    func unknownModel(_ model: String) -> WireRefusal {
        refusal(
            404, "The model '\(model)' does not exist or you do not have access to it.", param: "model",
            code: "model_not_found")
    }

    /// - Parameter code: `content_policy_violation` for the older wording; nil takes today's.
    func moderation(stage: String, code: String?) -> WireRefusal {
        let code = code ?? "moderation_blocked"
        let isOld = code == "content_policy_violation"
        var refused = refusal(
            400, Self.safetyText, type: isOld ? "invalid_request_error" : "image_generation_user_error", code: code)
        if flavor == .openai, !isOld, var error = refused.body["error"]?.objectValue {
            error["moderation_details"] = ["moderation_stage": .string(stage), "categories": ["violence"]]
            refused.body = ["error": .object(error)]
        }
        return refused
    }

    func refusal(
        _ status: Int, _ message: String, type: String? = nil, param: String? = nil, code: String? = nil
    ) -> WireRefusal {
        let type = type ?? Self.type(of: status)
        let cause = code ?? type
        switch flavor {
        case .openai, .localai:
            let error: [String: JSONValue] = [
                "message": .string(message), "type": .string(type), "param": param.map { .string($0) } ?? .null,
                "code": code.map { .string($0) } ?? .null,
            ]
            return make(status, cause: cause, body: ["error": .object(error)])
        case .vllm: return make(status, cause: cause, body: ["detail": .string(message)])
        case .sdcpp where status == 500:
            return make(status, cause: cause, body: ["error": "server_error", "message": .string(message)])
        case .sdcpp: return make(status, cause: cause, body: ["error": .string(message)])
        }
    }

    func answer(_ fault: Fault, model: String) throws(JSONError) -> Answer {
        var message = fault.message ?? Self.message(of: fault)
        if let hint = fault.messageHintMs { message += " Please try again in \(Self.duration(hint))." }
        var code = fault.reason
        var type = Self.type(of: fault.status)
        if fault.status == 429 {
            code = code ?? "rate_limit_exceeded"
            type = code == "insufficient_quota" ? "insufficient_quota" : "requests"
        }
        if fault.status == 401 { code = code ?? "invalid_api_key" }
        if fault.status == 404 { code = code ?? "model_not_found" }
        var answer = try refusal(fault.status, message, type: type, code: code).answer()
        let reset = fault.retryInfoMs ?? fault.messageHintMs ?? fault.retryAfter.map { $0 * 1_000 }
        if fault.status == 429 { answer.headers = headers(remaining: 0, resetMs: reset ?? 1_000, limit: fault.quotaId) }
        if let seconds = fault.retryAfter { answer.headers.append(("retry-after", "\(seconds)")) }
        if let milliseconds = fault.retryInfoMs { answer.headers.append(("retry-after-ms", "\(milliseconds)")) }
        return answer
    }

    /// Only the hosted service sends them.
    ///
    /// - Parameter limit: the limit they tell of: `requests`, `images`, …
    func headers(
        remaining: Int = 499, resetMs: Int = 120, limit: String? = nil
    ) -> [(name: String, value: String)] {
        guard flavor.isHosted else { return [] }
        let limit = limit.flatMap { $0.utf8.allSatisfy(Self.isTokenByte) && !$0.isEmpty ? $0 : nil } ?? "requests"
        return [
            ("x-request-id", "req_\(RandomName.make())"), ("x-ratelimit-limit-\(limit)", "500"),
            ("x-ratelimit-remaining-\(limit)", "\(remaining)"),
            ("x-ratelimit-reset-\(limit)", Self.duration(resetMs)),
        ]
    }

    private func make(_ status: Int, cause: String, body: JSONValue) -> WireRefusal {
        let id = flavor.isHosted ? [(name: "x-request-id", value: "req_\(RandomName.make())")] : []
        return WireRefusal(status: status, cause: cause, body: body, contentType: "application/json", headers: id)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    /// As the service writes it: `120ms`, `1s`, `6m0s`.
    static func duration(_ milliseconds: Int) -> String {
        if milliseconds < 1_000 { return "\(milliseconds)ms" }
        let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000)
        let thousandths = rest % 1_000
        let fraction = thousandths == 0 ? "" : ".\(String(thousandths + 1_000).dropFirst())"
        return (minutes > 0 ? "\(minutes)m" : "") + "\(rest / 1_000)\(fraction)s"
    }

    private static func type(of status: Int) -> String {
        switch status {
        case 429: "requests"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    private static func message(of fault: Fault) -> String {
        if fault.reason == "insufficient_quota" {
            return "You exceeded your current quota, please check your plan and billing details."
        }
        switch fault.status {
        case 401: return "Incorrect API key provided."
        case 402: return "Billing hard limit has been reached."
        case 403: return "Your organization must be verified to use this model."
        case 404: return "The model does not exist or you do not have access to it."
        case 408: return "The request timed out."
        case 409: return "The request conflicts with another one."
        case 413: return "Maximum content size limit exceeded."
        case 429: return "Rate limit reached for images."
        case 500: return "The server had an error while processing your request. Sorry about that!"
        case 501...: return "The server is overloaded or not ready yet."
        default: return "Invalid request."
        }
    }
}
