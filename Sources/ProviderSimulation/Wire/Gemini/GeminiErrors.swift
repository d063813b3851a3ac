import JSONCoding

/// Errors as google.rpc puts them into JSON, with the wording the service uses.
enum GeminiErrors {
    private static let service = "generativelanguage.googleapis.com"

    static func checkKey(_ key: String?, rules: AccessRules) throws(WireRefusal) {
        guard let key, !key.isEmpty else {
            throw refusal(
                403,
                "Method doesn't allow unregistered callers (callers without established identity). Please use API Key "
                    + "or other form of API consumer identity to call this API.")
        }
        if let known = rules.keys, !known.contains(key) {
            let message = "API key not valid. Please pass a valid API key."
            throw refusal(
                400, message,
                details: [
                    detail("ErrorInfo", errorInfo("API_KEY_INVALID")),
                    detail("LocalizedMessage", ["locale": .string("en-US"), "message": .string(message)]),
                ])
        }
    }

    static func unknownModel(_ target: WireTarget) -> WireRefusal {
        refusal(
            404,
            "models/\(target.model) is not found for API version \(target.version), or is not supported for "
                + "\(target.verb). Call ListModels to see the list of available models and their supported methods.")
    }

    /// A body of any size: its limit was kept when it was read.
    static func parse(_ bytes: [UInt8]) throws(WireRefusal) -> JSONValue {
        do {
            return try JSON.decode(JSONValue.self, from: bytes, limits: JSONLimits(maximumBytes: .max))
        } catch {
            throw invalid("Invalid JSON payload received. Unexpected token.\n\(error.message)", field: nil)
        }
    }

    static func missing(_ field: String, _ message: String) -> WireRefusal {
        invalid("* GenerateContentRequest.\(field): \(message)\n", field: nil)
    }

    /// - Parameter field: reported as a violation; nil for errors that carry none.
    static func invalid(_ message: String, field: String?) -> WireRefusal {
        guard let field else { return refusal(400, message) }
        var violation: [String: JSONValue] = ["description": .string(message)]
        if !field.isEmpty { violation["field"] = .string(field) }
        let violations: [String: JSONValue] = ["fieldViolations": .array([.object(violation)])]
        return refusal(400, message, details: [detail("BadRequest", violations)])
    }

    static func answer(_ fault: Fault, model: String) throws(JSONError) -> Answer {
        var message = fault.message ?? defaultMessage(fault.status)
        if let hint = fault.messageHintMs { message += " Please retry in \(duration(hint))." }
        var details: [JSONValue] = []
        if let quota = fault.quotaId { details.append(detail("QuotaFailure", quotaFailure(quota, model: model))) }
        if let reason = fault.reason { details.append(detail("ErrorInfo", errorInfo(reason))) }
        if let delay = fault.retryInfoMs {
            details.append(detail("RetryInfo", ["retryDelay": .string(duration(delay))]))
        }
        let refusal = refusal(fault.status, message, details: details)
        var answer = try refusal.answer(style: .pretty)
        if let seconds = fault.retryAfter { answer.headers.append(("retry-after", "\(seconds)")) }
        return answer
    }

    private static func refusal(_ status: Int, _ message: String, details: [JSONValue] = []) -> WireRefusal {
        var error: [String: JSONValue] = [
            "code": .int(.init(status)), "message": .string(message), "status": .string(statusName(status)),
        ]
        if !details.isEmpty { error["details"] = .array(details) }
        return WireRefusal(status: status, cause: statusName(status), body: .object(["error": .object(error)]))
    }

    private static func detail(_ type: String, _ fields: [String: JSONValue]) -> JSONValue {
        .object(fields.merging(["@type": .string("type.googleapis.com/google.rpc.\(type)")]) { field, _ in field })
    }

    private static func errorInfo(_ reason: String) -> [String: JSONValue] {
        [
            "reason": .string(reason), "domain": .string("googleapis.com"),
            "metadata": .object(["service": .string(service)]),
        ]
    }

    private static func quotaFailure(_ quotaId: String, model: String) -> [String: JSONValue] {
        let violation: JSONValue = .object([
            "quotaMetric": .string("\(service)/generate_content_requests"), "quotaId": .string(quotaId),
            "quotaDimensions": .object(["location": .string("global"), "model": .string(model)]),
            "quotaValue": .string("10"),
        ])
        return ["violations": .array([violation])]
    }

    /// A protobuf duration: `56s`, `1.500s`.
    private static func duration(_ milliseconds: Int) -> String {
        let fraction = milliseconds % 1_000
        guard fraction > 0 else { return "\(milliseconds / 1_000)s" }
        return "\(milliseconds / 1_000).\(String(fraction + 1_000).dropFirst())s"
    }

    private static func statusName(_ status: Int) -> String {
        switch status {
        case 400, 413, 422: "INVALID_ARGUMENT"
        case 402: "FAILED_PRECONDITION"
        case 409: "ABORTED"
        case 499: "CANCELLED"
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 429: "RESOURCE_EXHAUSTED"
        case 502, 503, 529: "UNAVAILABLE"
        case 408, 504: "DEADLINE_EXCEEDED"
        default: "INTERNAL"
        }
    }

    private static func defaultMessage(_ status: Int) -> String {
        switch status {
        case 400: "Request contains an invalid argument."
        case 401: "Request had invalid authentication credentials."
        case 403: "The caller does not have permission."
        case 404: "Requested entity was not found."
        case 429: "You exceeded your current quota, please check your plan and billing details."
        case 402: "Billing is not enabled for this project."
        case 409: "The operation was aborted."
        case 413: "Request payload size exceeds the limit."
        case 422: "Request contains an invalid argument."
        case 499: "The operation was cancelled."
        case 502, 503, 529: "The model is overloaded. Please try again later."
        case 408, 504: "Deadline expired before operation could complete."
        default: "An internal error has occurred. Please retry or report."
        }
    }
}
