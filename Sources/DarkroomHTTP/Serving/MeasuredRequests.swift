import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Orchestration

/// Counts every request under its route's template, and gives each answer the id that the request's log lines have.
struct MeasuredRequests: RouterMiddleware {
    typealias Context = DarkroomContext

    let measures: Measures

    /// Comes before whatever makes an answer of an error, so nothing is thrown past it but what ends the connection.
    func handle(
        _ request: Request, context: DarkroomContext, next: (Request, DarkroomContext) async throws -> Response
    ) async throws -> Response {
        let begun = ContinuousClock.now
        let context = context.named(by: request)
        var response = try await next(request, context)
        let took = ContinuousClock.now - begun
        let route = Self.template(context)
        measures.note([
            MeasureNote(.requests, [request.method.rawValue, route, "\(response.status.code)"]),
            MeasureNote(.requestDuration, [route], took / .seconds(1)),
        ])
        context.logger.debug(
            "request.served",
            metadata: [
                "method": "\(request.method.rawValue)", "route": "\(route)", "status": "\(response.status.code)",
                "durationMs": "\(took.inMilliseconds)",
            ])
        if let name = HTTPField.Name(RequestID.header) { response.headers[name] = context.requestID }
        return response
    }

    /// Never the path itself, which may name anything.
    private static func template(_ context: DarkroomContext) -> String {
        guard let path = context.endpointPath, path.hasPrefix("/") else { return "none" }
        return path
    }
}

extension Duration {
    var inMilliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// What a process measures, for Prometheus.
struct MeasuresRoute: Sendable {
    let measures: Measures
    /// Throws for whoever may not see them.
    let admit: @Sendable (Request, DarkroomContext) async throws -> Void

    func add(to router: Router<DarkroomContext>) {
        router.route("/metrics", [.get: { try await show($0, $1) }])
    }

    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try await admit(request, context)
        return Response(
            status: .ok, headers: [.contentType: Measures.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: measures.text())))
    }
}
