import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// The interface for single images: asking for one, following it, and asking once more.
struct ImageRoutes: Sendable {
    let desk: ControlDesk

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/image/generate", [.post: { request, _ in try await create(request) }])
        router.route("/api/job/:id", [.get: { try await show($0, $1) }])
        router.route("/api/job/:id/retry", [.post: { try await retry($0, $1) }])
    }

    private func create(_ request: Request) async throws -> Response {
        let owner = try desk.access.principalOwner(request)
        let body = try await desk.body(ImageRequest.self, request)
        let key = try desk.idempotencyKey(request, field: "idempotencyKey", body.idempotencyKey)
        let draft = try body.draft(try desk.jobs.newJobID(), owner: owner, key: key, settings: desk.settings)
        return try await answer(try await desk.submit(draft), .accepted)
    }

    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try await answer(try desk.job(try desk.key(request, context), .image), .ok)
    }

    /// A new job of the same input, whose count begins anew. The one before stays as it is.
    private func retry(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let before = try desk.job(try desk.key(request, context), .image)
        guard before.isFinal else { throw Refusal(.conflict, "job_running", "the job is still running") }
        guard before.status != .completed else {
            throw Refusal(.conflict, "nothing_to_retry", "the job has its picture")
        }
        let asked = try await desk.specification(of: before)
        var details = asked.details ?? JobDetails()
        let key = try desk.idempotencyKey(request, field: "", nil)
        details.idempotencyKey = key?.text
        details.retryOf = before.jobID
        let draft = JobDraft(
            owner: before.owner, family: .image, jobID: try desk.jobs.newJobID(), assets: asked.assets,
            details: details, options: before.handOut.options, idempotencyKey: key)
        return try await answer(try await desk.submit(draft), .accepted)
    }

    private func answer(_ job: JobRecord, _ status: HTTPResponse.Status) async throws -> Response {
        try Reply.json(ImageJobView(job, try await desk.specification(of: job)), status: status)
    }
}
