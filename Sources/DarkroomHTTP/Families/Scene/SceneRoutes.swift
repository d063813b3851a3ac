import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// The interface for the pictures of film projects.
struct SceneRoutes: Sendable {
    let desk: ControlDesk

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/images/generate", [.post: { try await create($0, $1) }])
        router.route("/api/images/jobs/:id", [.get: { try await show($0, $1) }])
        router.route("/asset-images/**", [.get: { try await picture($0, $1) }])
        router.route("/api/owners/:ownerId/asset-images/**", [.get: { try await picture($0, $1) }])
    }

    private func create(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let job = try await desk.submit(request, context) { bytes, owner in
            try desk.requireLinkForm(request)
            let body = try ControlDesk.decode(SceneRequest.self, bytes)
            let key = try IdempotencyKey.of(request, field: "idempotency_key", body.idempotency_key)
            let pictures = try await SceneInputs.read(body, desk)
            var draft = try body.draft(
                try desk.jobs.newJobID(), owner: owner, key: key, settings: desk.settings,
                inputs: pictures.map(\.input))
            draft.pictures = pictures.map { $0.artifact(of: owner) }
            return draft
        }
        return try await answer(job, .accepted, request)
    }

    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        try await answer(try desk.job(try await desk.key(request, context, for: .read), .scene), .ok, request)
    }

    private func answer(
        _ job: JobRecord, _ status: HTTPResponse.Status, _ request: Request
    ) async throws -> Response {
        let links = try await desk.openLinks(request)
        let view = SceneJobView(
            job, try await desk.specification(of: job), arriving: desk.arrivals.count(of: job.jobID),
            link: { desk.link(to: $0, of: job.owner, openedBy: links) })
        return try Reply.json(view, status: status)
    }

    /// A picture where its project's layout has it.
    private func picture(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let owner = try await desk.reader(request, context)
        let path = try desk.path(request, below: ScenePath.root)
        guard let name = path.split(separator: "/").last.flatMap({ ScenePath.name($0) }) else { throw Self.unknown }
        let job = try desk.job(JobService.CaseKey(name.job, owner: owner), .scene)
        guard let details = try await desk.specification(of: job).details?.scene,
            ScenePath.path(of: name.index, job.jobID, details) == path, job.assets.indices.contains(name.index),
            let picture = job.assets[name.index].picture
        else { throw Self.unknown }
        return try await ArtifactRoutes.response(
            picture.hash, owner: owner, artifacts: desk.artifacts, request)
    }

    private static let unknown = Refusal(.notFound, "unknown_picture", "there is no picture at this address")
}
