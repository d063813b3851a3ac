import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// The interface for single images: asking for one, following it, and asking once more.
struct ImageRoutes: Sendable {
    let desk: ControlDesk

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/image/generate", [.post: { try await create($0, $1) }])
        router.route("/api/job/:id", [.get: { try await show($0, $1) }])
        router.route("/api/job/:id/retry", [.post: { try await retry($0, $1) }])
    }

    private func create(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let job = try await desk.submit(request, context) { bytes, owner in
            try desk.requireLinkForm(request)
            let body = try ControlDesk.decode(ImageRequest.self, bytes)
            let key = try IdempotencyKey.of(request, field: "idempotencyKey", body.idempotencyKey)
            return try body.draft(try desk.jobs.newJobID(), owner: owner, key: key, settings: desk.settings)
        }
        return try await answer(job, .accepted, request)
    }

    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try await answer(try desk.job(try await desk.key(request, context, for: .read), .image), .ok, request)
    }

    /// A new job of the same input, whose count begins anew. The one before stays as it is.
    private func retry(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        // Nothing is read: all that it asks stands in its address.
        let job = try await desk.submit(request, context, in: desk.bodies, reading: { _ in }) { _, owner in
            try desk.requireLinkForm(request)
            let id = try context.identifier("id", as: JobID.self, code: "unknown_job")
            let before = try desk.job(JobService.CaseKey(id, owner: owner), .image)
            let draft = try await draft(of: before, key: try IdempotencyKey.of(request, field: "", nil))
            if try !desk.submitter.isRepeat(draft) { try Self.requireFailed(before) }
            return draft
        }
        return try await answer(job, .accepted, request)
    }

    private func draft(of before: JobRecord, key: IdempotencyKey?) async throws -> JobDraft {
        let asked = try await desk.specification(of: before)
        var details = asked.details ?? JobDetails()
        details.idempotencyKey = key?.text
        details.retryOf = before.jobID
        return JobDraft(
            owner: before.owner, family: .image, jobID: try desk.jobs.newJobID(), assets: asked.assets,
            details: details, options: before.handOut.options, idempotencyKey: key)
    }

    private static func requireFailed(_ job: JobRecord) throws(Refusal) {
        guard job.isFinal else { throw Refusal(.conflict, "job_running", "the job is still running") }
        guard job.status != .completed else {
            throw Refusal(.conflict, "nothing_to_retry", "the job has its picture")
        }
    }

    private func answer(
        _ job: JobRecord, _ status: HTTPResponse.Status, _ request: Request
    ) async throws -> Response {
        var view = ImageJobView(job, try await desk.specification(of: job))
        if let links = try await desk.openLinks(request) {
            view.result = view.result.map { links.opened($0, of: job.owner) }
            view.resultUrl = view.result
        }
        return try Reply.json(view, status: status)
    }
}
