import HTTPTypes
import Hummingbird
import JobModel
import Threads

/// What the limiters said of one request, on its way to the answer's headers.
final class RateNote: Sendable {
    private let noted = Locked<RequestAllowance?>(nil)

    /// Of several, a refusal stands, or else the one that leaves least.
    func note(_ allowance: RequestAllowance) {
        noted.withLock { noted in
            let isTighter = noted.map { !allowance.isTaken || allowance.remaining < $0.remaining } ?? true
            if isTighter { noted = allowance }
        }
    }

    var allowance: RequestAllowance? { noted.withLock { $0 } }
}

/// Tells how many requests are left on every answer of a route that counts them, errors too.
struct RateHeaders: RouterMiddleware {
    typealias Context = DarkroomContext

    func handle(
        _ request: Request, context: DarkroomContext, next: (Request, DarkroomContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let allowance = context.rate.allowance else { return response }
        let values = [
            ("RateLimit-Limit", allowance.limit), ("RateLimit-Remaining", allowance.remaining),
            ("RateLimit-Reset", allowance.resetSeconds),
        ]
        for (name, value) in values {
            if let name = HTTPField.Name(name) { response.headers[name] = "\(value)" }
        }
        return response
    }
}
