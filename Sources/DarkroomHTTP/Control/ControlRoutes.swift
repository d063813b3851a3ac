import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import Orchestration

/// The routes by which jobs are asked for.
struct ControlRoutes: Sendable {
    static let maximumBodyBytes = 4 << 20

    let jobs: JobService
    let artifacts: any ArtifactStore
    let access: Access
    /// Where work goes and news comes back; nil until the server knows its own address.
    let addresses: @Sendable () -> HandOutAddresses?

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/generate-case", [.post: { request, _ in try await create(request) }])
        router.route("/api/cases/:caseId/retry", [.post: { try await retry($0, $1) }])
    }

    private func create(_ request: Request) async throws -> Response {
        try access.requireReadToken(request)
        let bytes = try await request.bytes(upTo: Self.maximumBodyBytes)
        let file = try Body.decode(CaseFile.self, from: bytes, limits: JSONLimits(maximumBytes: Self.maximumBodyBytes))
        guard let addresses = addresses() else { throw Refusal.unavailable("the server is starting") }
        let reply = try await jobs.create(file.request(webhookURL: addresses.webhookURL), handOut: addresses)
        return try await answer(reply)
    }

    private func retry(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try access.requireReadToken(request)
        let caseID = try context.identifier("caseId", as: CaseID.self, code: "unknown_case")
        return try await answer(try await jobs.retry(JobService.CaseKey(caseID)))
    }

    private func answer(_ reply: JobReply) async throws -> Response {
        switch reply {
        case .created(let job), .joined(let job), .retrying(let job):
            guard let revision = try jobs.revision(JobService.CaseKey(job.caseID)) else {
                throw Refusal.unavailable("the job cannot be read back")
            }
            let view = try await JobViews.view(job, revision: revision, isInline: false, artifacts: artifacts)
            return try Reply.json(view, status: .accepted)
        case .unknownJob: throw Refusal(.notFound, "unknown_case", "there is no job for this case")
        default: return try WebhookAnswers.response(reply)
        }
    }
}
