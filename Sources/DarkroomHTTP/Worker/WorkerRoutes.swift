import HTTPChannels
import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import Logging
import OpenAPIDocuments
import Orchestration

/// The routes by which work is handed to a worker.
struct WorkerRoutes: Sendable {
    static let maximumBodyBytes = 4 << 20
    /// Of all triggers that are being read.
    private static let bodiesAtMost = 64 << 20

    let bodies = BodyBudget(total: bodiesAtMost)

    let worker: WorkerService
    let admission: RunAdmission
    let policy: EgressPolicy
    let access: Access

    func add(to router: Router<DarkroomContext>) {
        router.route(
            "/api/generate-case-images",
            [
                .post: { request, context in
                    let body = try await decode(CaseImagesRequest.self, request)
                    try checkAddresses(body.webhookURL, body.handOut)
                    return try await accept(try admission.proposal(for: body, trace: context.trace))
                }
            ])
        router.route(
            "/api/runs",
            [
                .post: { request, context in
                    let body = try await decode(GeneralRunRequest.self, request)
                    try checkAddresses(body.webhookURL, body.handOut)
                    return try await accept(try admission.proposal(for: body, trace: context.trace))
                }
            ])
        router.route("/api/runs/:jobId", [.get: { try await show($0, $1) }])
        router.route("/api/runs/:jobId/cancel", [.post: { try await cancel($0, $1) }])
        router.route("/api/runs/:jobId/redeliver", [.post: { try await redeliver($0, $1) }])
        router.route("/api/runs/:jobId/nudge", [.post: { try await nudge($0, $1) }])
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ request: Request) async throws -> Value {
        try access.requireWorkerToken(request)
        try request.requireJSON()
        return try await bodies.holding { share in
            let bytes = try await request.bytes(upTo: Self.maximumBodyBytes, in: share)
            return try Body.decode(type, from: bytes, limits: JSONLimits(maximumBytes: Self.maximumBodyBytes))
        }
    }

    /// Addresses that arrive in a request are not trusted.
    private func checkAddresses(_ webhookURL: String, _ handOut: HandOutFields) throws(InvalidRequest) {
        for (field, url) in [("webhookUrl", webhookURL), ("artifactUrl", handOut.artifactURL)] {
            guard let url else { continue }
            do throws(EgressError) { try policy.check(url: url) } catch {
                throw InvalidRequest(field: field, message: error.message)
            }
        }
        // A picture's address is made by adding its hash to the path.
        if handOut.artifactURL?.contains("?") == true {
            throw InvalidRequest(field: "artifactUrl", message: "must not have a query")
        }
    }

    private func accept(_ proposal: RunProposal) async throws -> Response {
        try Self.response(await worker.accept(proposal)) { run in
            try Reply.json(TriggerReply(jobID: run.jobID, epoch: run.epoch, status: run.status), status: .accepted)
        }
    }

    private func cancel(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try access.requireWorkerToken(request)
        let job = try context.identifier("jobId", as: JobID.self, code: "unknown_run")
        let bytes = try await request.bytes(upTo: 4_096)
        let body = bytes.isEmpty ? nil : try Body.decode(CancelRequest.self, from: bytes, limits: JSONLimits())
        if let epoch = body?.epoch, epoch < 1 {
            throw InvalidRequest(field: "epoch", message: "must be 1 or more")
        }
        return try Self.response(await worker.cancel(job, epoch: body?.epoch)) {
            try Reply.json(RunView($0), status: .accepted)
        }
    }

    private func redeliver(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try access.requireWorkerToken(request)
        let job = try context.identifier("jobId", as: JobID.self, code: "unknown_run")
        return try Self.response(await worker.redeliver(job)) { try Reply.json(RunView($0), status: .accepted) }
    }

    private func nudge(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try access.requireWorkerToken(request)
        let job = try context.identifier("jobId", as: JobID.self, code: "unknown_run")
        let call = try await decode(NudgeRequest.self, request).call()
        guard try worker.nudge(call, of: job) else {
            throw Refusal(.notFound, "unknown_run", "there is no such run here")
        }
        return try Reply.json(["success": true], status: .accepted)
    }

    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try access.requireWorkerToken(request)
        let job = try context.identifier("jobId", as: JobID.self, code: "unknown_run")
        guard let run = try worker.view(job) else {
            throw Refusal(.notFound, "unknown_run", "there is no such run here")
        }
        if request.uri.queryParameters["refresh"] == "1" { worker.refresh(run) }
        var view = RunView(run)
        if let text = request.uri.queryParameters["claim"], let claim = try? Claim(String(text)) {
            view.snapshot = try worker.snapshot(job, claim: claim).map { snapshot in
                SnapshotMessage(snapshot) { snapshot.link(to: $0) ?? "" }
            }
        }
        return try Reply.json(view)
    }

    private static func response(
        _ reply: RunReply?, _ success: (RunRecord) throws -> Response
    ) throws -> Response {
        switch reply {
        case .accepted(let run), .done(let run): return try success(run)
        case .staleEpoch(let current):
            throw Refusal(.conflict, "stale_epoch", "epoch \(current) is known here", details: .init(epoch: current))
        case .conflict(let message): throw Refusal(.conflict, "case_running", message)
        case .unknownRun: throw Refusal(.notFound, "unknown_run", "there is no such run here")
        case .forgotten(let run):
            let message = "the run ended \(run.status.rawValue) and its pictures are not kept any more"
            throw Refusal(.gone, "run_forgotten", message)
        case .busy(let reason, let seconds): throw Refusal.unavailable(reason, retryAfter: seconds)
        case .unavailable(let reason): throw Refusal.unavailable(reason)
        case nil: throw Refusal.unavailable("the worker is shutting down", retryAfter: 5)
        }
    }
}

extension DarkroomServer {
    /// A worker's routes.
    public static func worker(
        _ address: ListenAddress, worker: WorkerService, admission: RunAdmission, policy: EgressPolicy, access: Access,
        measures: Measures, connections: ConnectionLimits, isReady: @escaping @Sendable () async -> Bool,
        logger: Logger,
        onReady: @escaping @Sendable (String) async -> Void
    ) -> DarkroomServer {
        let router = baseRouter(
            of: .worker, proxies: .none, measures: measures, isReady: isReady,
            mayMeasure: { request, _ in try access.requireWorkerToken(request) })
        DocumentRoute(.worker).add(to: router)
        WorkerRoutes(worker: worker, admission: admission, policy: policy, access: access).add(to: router)
        DeliveryRoutes(worker: worker, access: access).add(to: router)
        return DarkroomServer(address, router: router, connections: connections, logger: logger, onReady: onReady)
    }
}
