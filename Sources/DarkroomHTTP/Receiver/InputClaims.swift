import Hummingbird
import JobModel
import Orchestration

/// Lets a worker read the pictures that came with a job which it has in hand: whoever knows the claim of the present
/// hand-out may read the inputs of that job, and nothing else.
struct InputClaims: Sendable {
    let jobs: JobService

    /// Nil for a request that makes no claim.
    /// - Throws: 404 for a claim that is not on record, or does not go so far.
    func mediaType(of hash: ContentHash, owner: OwnerID, _ request: Request) throws -> String? {
        let query = request.uri.queryParameters
        guard let claim = query["claim"] else { return nil }
        guard let job = query["job"].flatMap({ try? JobID(String($0)) }),
            let record = try jobs.job(JobService.CaseKey(job, owner: owner))?.record, record.inputs.contains(hash),
            record.handOut.claim.text == String(claim)
        else { throw Refusal(.notFound, "unknown_picture", "there is no picture with this hash") }
        return "application/octet-stream"
    }
}
