import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

/// The interface for generations: a render with its variants, of a prompt and up to two pictures.
struct GenerationRoutes: Sendable {
    /// News of a job older than this is asked for.
    static let staleAfter: Milliseconds = 5_000

    let desk: ControlDesk

    func add(to router: Router<DarkroomContext>) {
        let shaped = GenerationErrors.shaped
        router.route("/api/v1/generations", [.post: shaped { try await create($0, $1) }])
        router.route(
            "/api/v1/generations/:id",
            [
                .get: shaped { try await show($0, $1) }, .patch: shaped { try await change($0, $1) },
                .delete: shaped { try await delete($0, $1) },
            ])
        router.route("/private/:ownerId/inputs/:file", [.get: { try await InputFiles.serve($0, $1, desk) }])
        router.route("/public/renders/:renderId/:file", [.get: { try await picture($0, $1) }])
        router.route("/api/owners/:ownerId/public/renders/:renderId/:file", [.get: { try await picture($0, $1) }])
    }

    private func create(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let reading = GenerationReading(request)
        let job = try await desk.submit(
            request, context, in: reading.budget(of: desk), reading: { try await reading.read(request, desk, $0) }
        ) { asked, owner in
            try desk.requireLinkForm(request)
            let (form, files) = try asked.contents()
            let key = try IdempotencyKey.of(request, field: "idempotencyKey", form.idempotencyKey)
            let details = try form.details(inputs: files.count, settings: desk.settings)
            let pictures = try await desk.checked(files)
            var draft = try GenerationForm.draft(
                try desk.jobs.newJobID(), details, owner: owner, key: key, inputs: pictures.map(\.input))
            draft.pictures = pictures.map { $0.artifact(of: owner) }
            return draft
        }
        let begun = try await PredictionWait(jobs: desk.jobs, clock: desk.clock).wait(for: job)
        return try await answer(begun, .accepted, request)
    }

    /// Asks for news first where there were none for a while.
    private func show(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await desk.key(request, context, for: .read)
        var job = try desk.job(key, .generation)
        if let refreshed = try await desk.jobs.refreshed(key, olderThan: Self.staleAfter)?.record { job = refreshed }
        return try await answer(job, .ok, request)
    }

    private struct Change: Decodable {
        enum Action: String, Decodable { case cancel }
        var action: Action
    }

    private func change(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await desk.key(request, context, for: .submit)
        try desk.requireLinkForm(request)
        _ = try await desk.body(Change.self, request, of: key.owner)
        _ = try desk.job(key, .generation)
        let reply = await desk.jobs.cancel(key)
        if let refusal = WebhookAnswers.refusal(reply) { throw refusal }
        return try await answer(try desk.job(key, .generation), .ok, request)
    }

    /// Hides the render at once; its files go with the sweep. Doing so again is success.
    private func delete(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await desk.key(request, context, for: .submit)
        if try desk.jobs.forgotten(key)?.family != .generation { _ = try desk.job(key, .generation) }
        let reply = await desk.jobs.delete(key)
        guard case .forgotten(let job) = reply else {
            throw WebhookAnswers.refusal(reply) ?? Refusal.unavailable("the job cannot be let go of")
        }
        return try Reply.json(Deleted(id: job.jobID, deleted: true))
    }

    private struct Deleted: Encodable {
        var id: JobID
        var deleted: Bool
    }

    private func answer(
        _ job: JobRecord, _ status: HTTPResponse.Status, _ request: Request
    ) async throws -> Response {
        let links = try await desk.openLinks(request)
        let specification = try await desk.specification(of: job)
        var view = GenerationView(job, specification, link: { desk.link(to: $0, of: job.owner, openedBy: links) })
        var inputs: [String] = []
        for input in specification.inputs { inputs.append(try await InputFiles.link(to: input, of: job.owner, desk)) }
        if !inputs.isEmpty { view.inputs = inputs }
        return try Reply.json(view, status: status)
    }

    private func picture(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let owner = try await desk.reader(request, context)
        let render = try context.identifier("renderId", as: JobID.self, code: "unknown_picture")
        let job = try desk.job(JobService.CaseKey(render, owner: owner), .generation)
        guard let index = context.parameters.get("file").flatMap({ RenderPath.index($0) }),
            job.assets.indices.contains(index), let picture = job.assets[index].picture
        else { throw Refusal(.notFound, "unknown_picture", "there is no picture at this address") }
        return try await ArtifactRoutes.response(
            picture.hash, owner: owner, artifacts: desk.artifacts, request)
    }
}
