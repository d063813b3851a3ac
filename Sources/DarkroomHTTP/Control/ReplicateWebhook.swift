import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import NIOCore
import Orchestration

/// Takes the callbacks of Replicate: a prediction of a case's job has come to its end.
///
/// The body is not believed further than its id: the worker that has the job in hand is told to ask the provider. So a
/// callback that comes twice, late, or not at all does no harm, and none needs to be remembered.
///
/// Signed by the scheme of Standard Webhooks: https://replicate.com/docs/topics/webhooks/verify-webhook
struct ReplicateWebhook: Sendable {
    static let maximumBodyBytes = 1 << 20
    static let provider = "replicate"

    let jobs: JobService
    /// Nil takes unsigned callbacks, from this machine only.
    let secrets: WebhookSecrets?
    let clock: any EngineClock
    /// Of callbacks, whose sender is known only once they have come whole.
    private let bodies = BodyBudget(total: 16 << 20)

    init(jobs: JobService, secrets: WebhookSecrets?, clock: any EngineClock) {
        self.jobs = jobs
        self.secrets = secrets
        self.clock = clock
    }

    func add(to router: Router<DarkroomContext>) {
        router.route("/api/v1/webhooks/replicate", [.post: { try await take($0, $1) }])
    }

    private func take(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        if secrets == nil { try requireThisMachine(request, context) }
        return try await bodies.holding { try await take(request, $0) }
    }

    private func take(_ request: Request, _ share: BodyShare) async throws -> Response {
        let bytes = try await request.bytes(upTo: Self.maximumBodyBytes, in: share)
        if let secrets {
            try Access.requireSignature(request, by: secrets, clock: clock) {
                SigningText.webhook(id: $0, timestamp: $1, body: bytes)
            }
        }
        let key = try job(request)
        let limits = JSONLimits(maximumBytes: Self.maximumBodyBytes, maximumDepth: 64)
        let prediction = try Body.decode(Prediction.self, from: bytes, limits: limits)
        let call = try RemoteCall(provider: Self.provider, id: prediction.id)
        guard try await isKnown(call, key, isOver: prediction.isOver) else {
            throw Refusal(.notFound, "unknown_case", "there is no job for this case")
        }
        return try Reply.json(["success": true])
    }

    /// Whose call it is, as the worker wrote it into the address that it gave the provider.
    private func job(_ request: Request) throws -> JobService.CaseKey {
        let query = request.uri.queryParameters
        guard let caseID = query["case"].flatMap({ try? CaseID(String($0)) }) else {
            throw InvalidRequest(field: "case", message: "must name the case in the query")
        }
        guard let name = query["owner"] else { return JobService.CaseKey(caseID) }
        guard let owner = try? OwnerID(String(name)) else {
            throw InvalidRequest(field: "owner", message: "must be an owner's id")
        }
        return JobService.CaseKey(caseID, owner: owner)
    }

    /// Only an end is worth asking about; the answer is success even if the worker cannot be told.
    private func isKnown(_ call: RemoteCall, _ key: JobService.CaseKey, isOver: Bool) async throws -> Bool {
        return isOver ? try await jobs.nudge(key, call) : try jobs.revision(key) != nil
    }

    private func requireThisMachine(_ request: Request, _ context: DarkroomContext) throws {
        guard OpenMachine.isOwn(request, context) else {
            throw Refusal(
                .unauthorized, "missing_signature",
                "callbacks of other machines need REPLICATE_WEBHOOK_SECRET to be set here")
        }
    }

    private struct Prediction: Decodable {
        var id: String
        /// starting, processing, succeeded, failed, canceled, aborted.
        var status: String

        var isOver: Bool { !["starting", "processing"].contains(status) }
    }
}
