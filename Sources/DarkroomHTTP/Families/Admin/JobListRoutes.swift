import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// Jobs in lists: an owner's own history, and for whoever looks after the system those of all owners, to look at and to
/// let go of.
struct JobListRoutes: Sendable {
    /// Jobs that one request lets go of or passes by.
    private static let sweptAtMost = 2_000

    let jobs: JobService
    let access: Access

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/jobs", [.get: { try await history($0, $1) }])
        router.route(
            "/api/admin/jobs",
            [.get: { try await list($0, $1) }, .delete: { try await clear($0, $1) }])
        router.route("/api/admin/jobs/:id", [.delete: { try await delete($0, $1) }])
    }

    private func history(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let owner = try await access.principal(request, context, for: .read).owner
        var query = try JobListQuery(request)
        query.filter.owner = owner
        return try await page(query)
    }

    private func list(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        var query = try JobListQuery(request)
        query.filter.owner = try await asked(request, context)
        return try await page(query)
    }

    private func page(_ query: JobListQuery) async throws -> Response {
        try Reply.json(JobListView(try await jobs.list(query.filter, after: query.after, limit: query.limit)))
    }

    /// Lets go of the jobs that have ended, of those that the query asks for; the others are counted.
    private func clear(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        var query = try JobListQuery(request)
        query.filter.owner = try await asked(request, context)
        query.filter.includesArchived = false
        var outcome = Cleared(deleted: 0, running: 0)
        var seen = 0
        repeat {
            let page = try await jobs.list(query.filter, after: query.after, limit: JobListQuery.limitAtMost)
            for entry in page.entries {
                let key = JobService.CaseKey(entry.record.caseID, owner: entry.record.owner)
                let reply = entry.record.isFinal ? await jobs.delete(key) : nil
                if case .forgotten = reply { outcome.deleted += 1 } else { outcome.running += 1 }
            }
            seen += page.entries.count
            query.after = page.next
        } while query.after != nil && seen < Self.sweptAtMost
        outcome.next = query.after?.description
        return try Reply.json(outcome)
    }

    private struct Cleared: Encodable {
        var deleted: Int
        /// Not ended, and so left as they are.
        var running: Int
        /// To be given as `after` to go on; absent once all were looked at.
        var next: String?
    }

    /// Names a job by its case, which for jobs of no case is their own id.
    private func delete(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let owner = try await access.principal(request, context, for: .admin).owner
        let name = try context.identifier("id", as: CaseID.self, code: "unknown_job")
        let key = JobService.CaseKey(name, owner: owner)
        let reply = await jobs.delete(key)
        guard case .forgotten(let job) = reply else {
            throw WebhookAnswers.refusal(reply) ?? Refusal.unavailable("the job cannot be let go of")
        }
        return try Reply.json(Deleted(jobId: job.jobID, deleted: true))
    }

    private struct Deleted: Encodable {
        var jobId: JobID
        var deleted: Bool
    }

    /// Whom an administrator asks about; nil for everybody.
    private func asked(_ request: Request, _ context: DarkroomContext) async throws -> OwnerID? {
        let principal = try await access.principal(request, context, for: .admin)
        return request.uri.queryParameters["owner"] == nil ? nil : principal.owner
    }
}
