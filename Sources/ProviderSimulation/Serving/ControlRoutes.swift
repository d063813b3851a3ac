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
        let byPrompt: [String: Int]
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
        case "/_sim/state": return try await state()
        case "/_sim/reset":
            calls.log.reset()
            calls.director.withLock { $0.restart() }
        case "/_sim/release": calls.connections.releaseHeld()
        default: return try await swapScenario(request)
        }
        return try Response(status: 200, json: ["success": true])
    }

    private static let methods = [
        "/_sim/requests": "GET", "/_sim/state": "GET", "/_sim/reset": "POST", "/_sim/release": "POST",
        "/_sim/scenario": "PUT",
    ]

    private func requests(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        let after = query.get("after").flatMap { Int($0) } ?? 0
        let limit = query.get("limit").flatMap { Int($0) } ?? CallHistory.bound
        guard after >= 0, limit > 0 else {
            return try .failure(400, code: "invalid_query", "after and limit are whole numbers, limit above 0")
        }
        return try await encoded { RequestsView(requests: calls.log.records(after: after, limit: limit)) }
    }

    private func state() async throws -> Response {
        try await encoded {
            let sums = calls.log.sums
            let (seed, byPrompt) = calls.director.withLock { ($0.seed, $0.countsByPrompt) }
            return StateView(
                seed: seed, total: sums.total, inProgress: sums.inProgress, peakInProgress: sums.peakInProgress,
                held: sums.held, answered: sums.answered, refused: sums.refused, aborted: sums.aborted,
                closed: sums.closed,
                recordsDropped: sums.recordsDropped, byPrompt: byPrompt)
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
