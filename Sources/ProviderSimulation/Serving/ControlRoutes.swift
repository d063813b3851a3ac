import HTTPTypes
import Hummingbird
import JSONCoding
import NIOCore
import Threads

/// `/_sim/…`: the record, the sums, and the scenario at run time.
struct ControlRoutes: Sendable {
    let calls: ProviderCalls

    /// `GET /_sim/state`.
    private struct StateView: Encodable {
        let seed: UInt64
        let total, inProgress, peakInProgress, held, answered, refused, aborted, closed, recordsDropped: Int
        let billable, predictions, predictionsInProgress, webhooksSent, webhooksDelivered, webhooksFailed: Int
        let byForm: [String: FormSums]
        let byPrompt: [String: Int]

        init(_ sums: CallSums, seed: UInt64, byPrompt: [String: Int]) {
            (total, inProgress, peakInProgress) = (sums.total, sums.inProgress, sums.peakInProgress)
            (held, answered, refused) = (sums.held, sums.answered, sums.refused)
            (aborted, closed, recordsDropped) = (sums.aborted, sums.closed, sums.recordsDropped)
            (billable, predictions) = (sums.billable, sums.predictions)
            predictionsInProgress = sums.predictionsInProgress
            (webhooksSent, webhooksDelivered) = (sums.webhooksSent, sums.webhooksDelivered)
            (webhooksFailed, byForm) = (sums.webhooksFailed, sums.byForm)
            (self.seed, self.byPrompt) = (seed, byPrompt)
        }
    }

    /// One prediction in `GET /_sim/predictions`.
    private struct PredictionView: Encodable {
        let number, call: Int
        let id, model, status, ending: String
        let error: String?
        let createdMs: Int64
        let startedMs, completedMs: Int64?
        let gets, cancels: Int
        let webhooks: WebhookTally

        init(_ prediction: Prediction) {
            (number, call, id) = (prediction.number, prediction.call, prediction.id)
            (model, status, ending) = (prediction.model, prediction.status.rawValue, prediction.ending.label)
            (error, createdMs) = (prediction.error, prediction.createdMs)
            (startedMs, completedMs) = (prediction.startedMs, prediction.completedMs)
            (gets, cancels, webhooks) = (prediction.gets, prediction.cancels, prediction.webhooks)
        }
    }

    private struct PredictionsView: Encodable {
        let predictions: [PredictionView]
    }

    private struct RequestsView: Encodable {
        let requests: [CallRecord]
    }

    func respond(to request: Request) async throws -> Response {
        let path = request.uri.path
        guard let method = Self.methods[path] else {
            return try .failure(404, code: "not_found", "no such route")
        }
        guard request.method.rawValue == method else {
            return try .failure(405, code: "method_not_allowed", "use \(method)", headers: [("allow", method)])
        }
        switch path {
        case "/_sim/requests": return try await requests(request)
        case "/_sim/predictions": return try await predictions(request)
        case "/_sim/state": return try await state()
        case "/_sim/reset":
            calls.log.reset()
            calls.predictions.forgetSettled()
            calls.director.withLock { $0.restart() }
        case "/_sim/release":
            calls.connections.releaseHeld()
            calls.predictions.releaseHeld()
        default: return try await swapScenario(request)
        }
        return try Response(status: 200, json: ["success": true])
    }

    private static let methods = [
        "/_sim/requests": "GET", "/_sim/predictions": "GET", "/_sim/state": "GET", "/_sim/reset": "POST",
        "/_sim/release": "POST",
        "/_sim/scenario": "PUT",
    ]

    private func requests(_ request: Request) async throws -> Response {
        guard let (after, limit) = page(request) else { return try Self.badPage() }
        return try await encoded { RequestsView(requests: calls.log.records(after: after, limit: limit)) }
    }

    private func predictions(_ request: Request) async throws -> Response {
        guard let (after, limit) = page(request) else { return try Self.badPage() }
        return try await encoded {
            PredictionsView(predictions: calls.predictions.all(after: after, limit: limit).map(PredictionView.init))
        }
    }

    private func page(_ request: Request) -> (after: Int, limit: Int)? {
        let query = request.uri.queryParameters
        let after = query.get("after").flatMap { Int($0) } ?? 0
        let limit = query.get("limit").flatMap { Int($0) } ?? CallHistory.bound
        return after >= 0 && limit > 0 ? (after, limit) : nil
    }

    private static func badPage() throws -> Response {
        try .failure(400, code: "invalid_query", "after and limit are whole numbers, limit above 0")
    }

    private func state() async throws -> Response {
        try await encoded {
            let (seed, byPrompt) = calls.director.withLock { ($0.seed, $0.countsByPrompt) }
            return StateView(calls.log.sums, seed: seed, byPrompt: byPrompt)
        }
    }

    /// Off the cooperative pool: ten thousand records are megabytes.
    private func encoded(_ view: @escaping @Sendable () -> some Encodable) async throws -> Response {
        try await calls.pool.run { Result { try Response(status: 200, json: view()) } }.get()
    }

    private func swapScenario(_ request: Request) async throws -> Response {
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= Scenario.maximumBytes else {
                return try .failure(413, code: "too_large", "a scenario has at most \(Scenario.maximumBytes) bytes")
            }
            bytes.append(contentsOf: part.readableBytesView)
        }
        do throws(ScenarioError) {
            let scenario = try Scenario(document: bytes)
            calls.director.withLock { $0.restart(with: scenario) }
        } catch {
            return try .failure(400, code: "invalid_scenario", error.description)
        }
        return try Response(status: 200, json: ["success": true])
    }
}
