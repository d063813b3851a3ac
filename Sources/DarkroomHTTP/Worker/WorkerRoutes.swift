import HTTPChannels
import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import Logging
import Orchestration

/// The routes by which work is handed to a worker.
struct WorkerRoutes: Sendable {
    static let maximumBodyBytes = 4 << 20

    let worker: WorkerService
    let admission: RunAdmission
    let policy: EgressPolicy
    let access: Access

    func add(to router: Router<DarkroomContext>) {
        router.route(
            "/api/generate-case-images",
            [
                .post: { request, _ in
                    let body = try await decode(CaseImagesRequest.self, request)
                    try checkAddresses(body.webhookURL, body.handOut)
                    return try await accept(try admission.proposal(for: body))
                }
            ])
        router.route(
            "/api/runs",
            [
                .post: { request, _ in
                    let body = try await decode(GeneralRunRequest.self, request)
                    try checkAddresses(body.webhookURL, body.handOut)
                    return try await accept(try admission.proposal(for: body))
                }
            ])
        router.route("/api/runs/:jobId", [.get: { try await show($0, $1) }])
        router.route("/api/runs/:jobId/cancel", [.post: { try await cancel($0, $1) }])
        router.route("/api/runs/:jobId/nudge", [.post: { try await nudge($0, $1) }])
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ request: Request) async throws -> Value {
        try access.requireWorkerToken(request)
        let bytes = try await request.bytes(upTo: Self.maximumBodyBytes)
        return try Body.decode(type, from: bytes, limits: JSONLimits(maximumBytes: Self.maximumBodyBytes))
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
        return try Self.response(await worker.cancel(job)) { try Reply.json(RunView($0), status: .accepted) }
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
        return try Reply.json(RunView(run))
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
        case .unavailable(let reason): throw Refusal.unavailable(reason)
        case nil: throw Refusal.unavailable("the worker is shutting down", retryAfter: 5)
        }
    }
}

/// The worker's own view of a run.
struct RunView: Encodable, Sendable {
    var success: Bool
    var jobId: JobID
    var caseId: CaseID
    var epoch: Int
    var version: Int
    var status: JobStatus
    var final: Bool
    var completedImages: Int
    var totalImages: Int
    /// Milliseconds from acceptance to the end, or to now for a run in hand on its own clock.
    var duration: Milliseconds
    var failedIds: [AssetID]
    var assets: [SnapshotAsset]
    /// The last steps of each asset, by its id.
    var history: [String: [AssetEvent]]

    init(_ run: RunRecord) {
        let snapshot = run.snapshot()
        success = run.status != .failed && run.status != .canceled
        jobId = run.jobID
        caseId = run.caseID
        epoch = run.epoch
        version = run.version
        status = run.status
        final = run.isFinished
        completedImages = snapshot.madeCount
        totalImages = snapshot.assets.count
        duration = run.finishedAt.map { $0 - run.acceptedAt } ?? run.spent
        failedIds = snapshot.failedIDs
        assets = snapshot.assets
        history = Dictionary(run.assets.map { ($0.id.text, $0.history) }, uniquingKeysWith: { first, _ in first })
    }
}

extension DarkroomServer {
    /// A worker's routes.
    public static func worker(
        _ address: ListenAddress, worker: WorkerService, admission: RunAdmission, policy: EgressPolicy, access: Access,
        isReady: @escaping @Sendable () async -> Bool, logger: Logger,
        onReady: @escaping @Sendable (String) async -> Void
    ) -> DarkroomServer {
        let router = baseRouter(isReady: isReady)
        WorkerRoutes(worker: worker, admission: admission, policy: policy, access: access).add(to: router)
        return DarkroomServer(address, router: router, logger: logger, onReady: onReady)
    }
}
