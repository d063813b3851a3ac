import HTTPTypes
import Hummingbird
import JobModel
import Logging
import Orchestration

/// The codes that this interface gives its errors. What it has no code for keeps ours.
enum GenerationErrors {
    static func shaped(_ handler: @escaping Handler) -> Handler {
        { request, context in
            do {
                return try await handler(request, context)
            } catch let refusal as Refusal {
                throw named(refusal)
            } catch let error as InvalidRequest {
                throw named(Refusal(error))
            } catch
                where error is HTTPError || error is StoreError || error is CancellationError
                || ErrorShape.isOfTheConnection(error)
            {
                throw error
            } catch {
                context.logger.error(
                    "request.failed", metadata: ["error": "\(error)", "route": "\(context.endpointPath ?? "")"])
                throw Refusal(.internalServerError, "INTERNAL_ERROR", "the request failed")
            }
        }
    }

    private static func named(_ refusal: Refusal) -> Refusal {
        var refusal = refusal
        switch refusal.status.code {
        case 400, 413, 415, 422:
            refusal.body.error.code = "VALIDATION_ERROR"
        case 502: refusal.body.error.code = "UPSTREAM_ERROR"
        case 500: refusal.body.error.code = "INTERNAL_ERROR"
        case 402: refusal.body.error.code = "LIMIT_EXCEEDED"
        case 429 where refusal.body.error.code == "too_many_in_flight":
            refusal.body.error.code = "TOO_MANY_INFLIGHT"
        default: break
        }
        return refusal
    }
}
