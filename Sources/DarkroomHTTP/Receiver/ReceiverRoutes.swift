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
    /// The usual document of a job, rendered once for all who waited for it.
    private let documents: SharedEvents

    init(
        jobs: JobService, artifacts: any ArtifactStore, access: Access, clock: any EngineClock, arrivals: Arrivals
    ) {
        self.jobs = jobs
        self.artifacts = artifacts
        self.access = access
        self.clock = clock
        self.arrivals = arrivals
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
        JobEventRoutes(jobs: jobs, artifacts: artifacts, access: access).add(to: router)
        router.route("/api/cases/:caseId/images/:assetId", [.get: { try await showImage($0, $1) }])
    }

    private func takeProgress(_ request: Request) async throws -> Response {
        let bytes = try await request.bytes(upTo: Self.maximumWebhookBytes)
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
            // Those who wait are sent away at a shutdown: they hold up none.
            if seconds > 0, try await !jobs.guestWaitsForNews(of: key, after: after, seconds: seconds) {
                throw EventReply.tooMany
            }
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
            picture.hash, mediaType: picture.mediaType, owner: record.owner, artifacts: artifacts, request)
    }
}

/// What a worker is told about its webhook.
enum WebhookAnswers {
    static func response(_ reply: JobReply, clock: any EngineClock) throws -> Response {
        switch reply {
        case .folded(let job), .duplicate(let job), .created(let job), .joined(let job), .retrying(let job),
            .ending(let job):
            let isOurs = job.handOut.acceptance == .acknowledged
            return try Reply.json(WebhookReply(stopBy: isOurs ? clock.wall(at: job.handOut.stopBy) : nil))
        default: throw refusal(reply) ?? Refusal.unavailable("the answer is not known")
        }
    }

    /// Nil for what is no refusal.
    static func refusal(_ reply: JobReply) -> Refusal? {
        switch reply {
        case .folded, .duplicate, .created, .joined, .retrying, .ending: nil
        case .forgotten(let job): ForgottenJobs.refusal(job)
        case .overLimit(let refusal): Refusal(refusal)
        case .unknownJob: Refusal(.notFound, "unknown_job", "there is no such job")
        case .unknownAsset(let id): Refusal(.notFound, "unknown_asset", "this case has no image \(id)")
        case .otherSpecification:
            Refusal(.conflict, "edited_meanwhile", "the job was edited by somebody else; try again")
        case .conflict(let code, let message): Refusal(.conflict, code, message)
        case .staleEpoch(let current):
            Refusal(.conflict, "stale_epoch", "the job is in epoch \(current)", details: .init(epoch: current))
        case .staleVersion(let current):
            Refusal(
                .conflict, "stale_version", "version \(current) is known already", details: .init(version: current))
        case .artifactMissing(let hashes):
            Refusal(
                .unprocessableContent, "artifact_missing", "put these pictures again", details: .init(hashes: hashes))
        case .unavailable(let reason): .unavailable(reason)
        }
    }
}

/// Jobs that were let go of.
enum ForgottenJobs {
    /// 410 with what became of it; 404 where nothing is known.
    static func refusal(_ key: JobService.CaseKey, _ jobs: JobService) throws -> Refusal {
        guard let job = try jobs.forgotten(key) else {
            return Refusal(.notFound, "unknown_case", "there is no job for this case")
        }
        return refusal(job)
    }

    static func refusal(_ job: JobRecord) -> Refusal {
        let (made, total) = (job.forgotten?.completedImages ?? 0, job.forgotten?.totalImages ?? 0)
        return Refusal(
            .gone, "deleted",
            "job \(job.jobID) was removed; it had ended \(job.status.rawValue) \(made)/\(total)",
            details: .init(epoch: job.handOut.epoch))
    }
}

/// Updates with the seed's fields alone.
enum ForeignUpdates {
    static func update(_ message: SnapshotMessage) throws -> ForeignUpdate {
        var pictures: [AssetID: ForeignPicture] = [:]
        for (field, images) in [("evidenceImages", message.evidenceImages), ("locationImages", message.locationImages)]
        {
            for (name, text) in images {
                guard let id = try? AssetID(name) else {
                    throw InvalidRequest(field: field, message: "has a name that is no asset id")
                }
                pictures[id] = try picture(text, field: "\(field).\(id)")
            }
        }
        return ForeignUpdate(
            status: message.status, completedImages: message.completedImages, pictures: pictures,
            failedIDs: message.failedIDs)
    }

    private static func picture(_ text: String, field: String) throws -> ForeignPicture {
        if text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= 2_048 { return .link(text) }
        guard text.hasPrefix("data:image/"), let comma = text.firstIndex(of: ","),
            text[..<comma].hasSuffix(";base64"), let bytes = Base64.decode(String(text[text.index(after: comma)...]))
        else { throw InvalidRequest(field: field, message: "must be a link or a data: URI of a picture in base64") }
        let mediaType = text[..<comma].dropFirst("data:".count).dropLast(";base64".count)
        let artifact = Artifact(owner: .local, bytes: bytes)
        let picture = Picture(hash: artifact.hash, bytes: bytes.count, size: nil, mediaType: String(mediaType))
        return .inline(picture, artifact)
    }
}
