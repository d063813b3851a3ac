import Hummingbird
import JobModel
import Orchestration

/// Everything that happened to a job, as ``Timeline``: calls, waits, errors, money, epochs, deliveries.
struct WhyRoute: Sendable {
    let jobs: JobService
    let access: Access

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/cases/:caseId/why", [.get: { try await show($0, $1) }])
    }

    /// Of one image, if the query names it; what goes on now is asked of the job's worker.
    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let owner = try await access.principal(request, context, for: .read).owner
        let key = JobService.CaseKey(
            try context.identifier("caseId", as: CaseID.self, code: "unknown_case"), owner: owner)
        let asset = try request.uri.queryParameters["asset"].map { name in
            guard let asset = try? AssetID(String(name)) else {
                throw InvalidRequest(field: "asset", message: "must be an image's id")
            }
            return asset
        }
        guard let timeline = try await jobs.timeline(key, asset: asset) else {
            throw try ForgottenJobs.refusal(key, jobs)
        }
        return try Reply.json(timeline)
    }
}
