import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import NIOCore
import Orchestration

/// The routes that face the workers and the readers of jobs.
struct ReceiverRoutes: Sendable {
    static let maximumWebhookBytes = 8 << 20
    static let longestWaitSeconds = 60

    let jobs: JobService
    let artifacts: any ArtifactStore
    let access: Access
    let clock: any EngineClock
    let arrivals: Arrivals
    /// Of webhooks, whose sender is known only once they have come whole.
    private let bodies = BodyBudget(total: 64 << 20)
    private let departures: Departures
    /// The usual document of a job, rendered once for all who waited for it.
    private let documents: SharedEvents

    init(
        jobs: JobService, artifacts: any ArtifactStore, access: Access, clock: any EngineClock, arrivals: Arrivals,
        departures: Departures
    ) {
        self.jobs = jobs
        self.artifacts = artifacts
        self.access = access
        self.clock = clock
        self.arrivals = arrivals
        self.departures = departures
        documents = SharedEvents { key in
            guard let (record, revision) = try jobs.job(key) else { return nil }
            let view = try await JobViews.view(record, revision: revision, isInline: false, artifacts: artifacts)
            let bytes = ByteBuffer(bytes: try JSON.encode(view))
            return RenderedEvent(revision: revision, bytes: bytes, isLast: record.isFinal)
        }
    }

    func add(to router: Router<DarkroomContext>) {
        let uploads = ArtifactRoutes(
            artifacts: artifacts, access: access, clock: clock, arrivals: arrivals, claims: InputClaims(jobs: jobs))
        router.route("/api/webhook/image-progress", [.post: { request, _ in try await takeProgress(request) }])
        for path in ["/api/artifacts/:sha256", "/api/owners/:ownerId/artifacts/:sha256"] as [RouterPath] {
            router.route(
                path,
                [
                    .put: { request, context in try await uploads.take(request, context) },
                    .get: { request, context in try await uploads.serve(request, context) },
                ])
        }
        router.route("/api/cases/:caseId/image-job", [.get: { try await showJob($0, $1) }])
        JobEventRoutes(jobs: jobs, artifacts: artifacts, access: access, departures: departures).add(to: router)
        router.route("/api/cases/:caseId/images/:assetId", [.get: { try await showImage($0, $1) }])
    }

    private func takeProgress(_ request: Request) async throws -> Response {
        try await bodies.holding { try await takeProgress(request, $0) }
    }

    private func takeProgress(_ request: Request, _ share: BodyShare) async throws -> Response {
        let bytes = try await request.bytes(upTo: Self.maximumWebhookBytes, in: share)
        try access.requireSignature(request, clock: clock) { SigningText.webhook(id: $0, timestamp: $1, body: bytes) }
        try request.requireJSON()
        let limits = JSONLimits(maximumBytes: Self.maximumWebhookBytes, maximumDepth: 16)
        let message = try Body.decode(SnapshotMessage.self, from: bytes, limits: limits)
        let reply: JobReply
        if let snapshot = try message.snapshot() {
            reply = try await jobs.fold(snapshot)
        } else {
            reply = await jobs.fold(try ForeignUpdates.update(message), of: message.caseID)
        }
        return try WebhookAnswers.response(reply, clock: clock)
    }

    private func showJob(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await key(request, context)
        let form = try LinkForm.of(request, among: LinkForm.allCases)
        if let wait = request.uri.queryParameters["wait"] {
            guard let seconds = Int(wait), (0...Self.longestWaitSeconds).contains(seconds) else {
                throw InvalidRequest(field: "wait", message: "must be 0 to \(Self.longestWaitSeconds) seconds")
            }
            let after = try EventReply.after(request) ?? .zero
            if seconds > 0 { try await waitForNews(of: key, after: after, seconds: seconds, context) }
        }
        if form == .links {
            guard let revision = try jobs.revision(key),
                let document = try await documents.event(of: key, since: revision)
            else { throw try ForgottenJobs.refusal(key, jobs) }
            return Reply.json(document.bytes)
        }
        guard let (record, revision) = try jobs.job(key) else { throw try ForgottenJobs.refusal(key, jobs) }
        let view = try await JobViews.view(
            record, revision: revision, isInline: form == .inline, artifacts: artifacts)
        guard form == .signed, let links = try await access.links() else { return try Reply.json(view) }
        return try Reply.json(view.withOpenedLinks(by: links, of: record.owner))
    }

    /// Those who wait are sent away at a shutdown: they hold up none. One who leaves gives up its place.
    private func waitForNews(
        of key: JobService.CaseKey, after revision: Revision, seconds: Int, _ context: DarkroomContext
    ) async throws {
        guard let listener = try jobs.news.listen(to: .job(key), pulse: seconds, isGuest: true) else {
            throw EventReply.tooMany
        }
        departures.end(listener, with: context.channel)
        await jobs.guestWaitsForNews(of: key, after: revision, listener)
    }

    /// Of the reader's own job: another owner's is not there.
    private func key(_ request: Request, _ context: DarkroomContext) async throws -> JobService.CaseKey {
        let owner = try await access.principal(request, context, for: .read).owner
        return JobService.CaseKey(
            try context.identifier("caseId", as: CaseID.self, code: "unknown_case"), owner: owner)
    }

    private func showImage(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        let key = try await key(request, context)
        let assetID = try context.identifier("assetId", as: AssetID.self, code: "unknown_asset")
        guard let (record, _) = try jobs.job(key) else { throw try ForgottenJobs.refusal(key, jobs) }
        guard let asset = record.assets.first(where: { $0.id == assetID }) else {
            throw Refusal(.notFound, "unknown_asset", "there is no such image")
        }
        guard let picture = asset.picture else {
            throw Refusal(.notFound, "no_picture", "this image is \(asset.status.rawValue), there is no picture of it")
        }
        return try await ArtifactRoutes.response(
            picture.hash, owner: record.owner, artifacts: artifacts, request)
    }
}
