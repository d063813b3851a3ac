import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

extension IdempotencyKey {
    static let headerName = "Idempotency-Key"

    /// From the request's header or, where the interface has one, the body's field; nil if it has neither.
    /// - Throws: ``InvalidRequest`` for a key that is none, and for two that differ.
    static func of(
        _ request: Request, field: String, _ text: String?
    ) throws(InvalidRequest) -> IdempotencyKey? {
        let written = try text.map { text throws(InvalidRequest) in try IdempotencyKey(text, field: field) }
        guard let header = HTTPField.Name(headerName).flatMap({ request.headers[$0] }) else { return written }
        let key = try IdempotencyKey(header)
        guard written == nil || written == key else {
            throw InvalidRequest(field: field, message: "is another key than that of the \(headerName) header")
        }
        return key
    }
}

extension Refusal {
    /// What an owner's plan does not allow: 429 for what time will mend, 402 for what it will not this month.
    init(_ refusal: AccountRefusal) {
        let status: HTTPResponse.Status =
            switch refusal {
            case .tooManyInFlight, .tooManyOpen: .tooManyRequests
            case .quotaExceeded, .budgetExceeded: HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required")
            case .priceUnknown: .unprocessableContent
            }
        self.init(status, refusal.code, refusal.message)
        // When a job at work ends nobody knows; its kind of work takes so long at least.
        if status == .tooManyRequests { headers[.retryAfter] = "10" }
    }
}
