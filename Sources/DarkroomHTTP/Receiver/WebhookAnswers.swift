import HTTPTypes
import Hummingbird
import JobModel
import Orchestration

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
