import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import Orchestration

/// The routes by which jobs are asked for.
struct ControlRoutes: Sendable {
    let desk: ControlDesk

    private var jobs: JobService { desk.jobs }

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/generate-case", [.post: { try await create($0, $1) }])
        router.route("/api/cases/:caseId/retry", [.post: { try await retry($0, $1) }])
        router.route("/api/cases/:caseId/fallback", [.post: { try await fallBack($0, $1) }])
        router.route("/api/cases/:caseId/cancel", [.post: { try await cancel($0, $1) }])
        router.route("/api/cases/:caseId/redeliver", [.post: { try await redeliver($0, $1) }])
        router.route("/api/cases/:caseId/assets/:assetId", [.patch: { try await edit($0, $1) }])
    }

    private func create(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let job = try await desk.submit(request, context) { bytes, owner in
            let file = try ControlDesk.decode(CaseFile.self, bytes)
            let key = try IdempotencyKey.of(request, field: "idempotencyKey", file.idempotencyKey)
            return try jobs.draft(of: file.request(webhookURL: ""), owner: owner, idempotencyKey: key)
        }
        return try await answer(.created(job), of: JobService.CaseKey(job.caseID, owner: job.owner))
    }

    private func retry(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await key(request, context)
        let choice = try await desk.optionalBody(AssetChoice.self, request, of: key.owner) ?? AssetChoice()
        return try await answer(try await jobs.retry(key, assets: try choice.names()), of: key)
    }

    private func fallBack(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await key(request, context)
        let choice = try await desk.optionalBody(AssetChoice.self, request, of: key.owner) ?? AssetChoice()
        let provider = choice.provider ?? AssetChoice.standardFallback
        return try await answer(try await jobs.fallBack(key, to: provider, assets: try choice.names()), of: key)
    }

    private func cancel(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await key(request, context)
        return try await answer(await jobs.cancel(key), of: key)
    }

    private func redeliver(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await key(request, context)
        switch try await jobs.redeliver(key) {
        case .taken: return try Reply.json(["success": true], status: .accepted)
        case .unknown:
            throw Refusal(.conflict, "nothing_to_redeliver", "the job's worker does not have its run any more")
        case .unreachable(let reason): throw Refusal(.badGateway, "worker_unreachable", reason)
        case nil: throw try ForgottenJobs.refusal(key, jobs)
        }
    }

    private func edit(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await key(request, context)
        let words = try await desk.body(AssetWords.self, request, of: key.owner)
        let asset = try context.identifier("assetId", as: AssetID.self, code: "unknown_asset")
        return try await answer(
            try await jobs.edit(key, asset: asset, prompt: words.prompt, model: words.model), of: key)
    }

    /// Of the asker's own job: another owner's is not there.
    private func key(_ request: Request, _ context: DarkroomContext) async throws -> JobService.CaseKey {
        let owner = try await desk.access.principal(request, context, for: .submit).owner
        return JobService.CaseKey(
            try context.identifier("caseId", as: CaseID.self, code: "unknown_case"), owner: owner)
    }

    private func answer(_ reply: JobReply, of key: JobService.CaseKey) async throws -> Response {
        switch reply {
        case .created(let job), .joined(let job), .retrying(let job), .ending(let job):
            guard let revision = try jobs.revision(key) else {
                throw Refusal.unavailable("the job cannot be read back")
            }
            let view = try await JobViews.view(job, revision: revision, isInline: false, artifacts: desk.artifacts)
            return try Reply.json(view, status: .accepted)
        case .unknownJob: throw try ForgottenJobs.refusal(key, jobs)
        default: return try WebhookAnswers.response(reply, clock: desk.clock)
        }
    }
}

/// The body of a retry or fallback; all of it may be left out.
private struct AssetChoice: Decodable {
    static let standardFallback = "local"

    var provider: String?
    var assets: [AssetID]?

    /// - Throws: ``InvalidRequest`` for a list without names, which is a mistake and not "all".
    func names() throws(InvalidRequest) -> [AssetID]? {
        guard let assets, !(1...JobSpecification.maximumAssets).contains(assets.count) else { return assets }
        throw InvalidRequest(field: "assets", message: "must name 1 to \(JobSpecification.maximumAssets) images")
    }
}

/// The body of an edit; one of the two is needed, and what is absent or null stays as it is.
private struct AssetWords: Decodable {
    var prompt: String?
    /// Empty: the provider's own.
    var model: String?
}
