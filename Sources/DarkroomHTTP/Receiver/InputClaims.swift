import Hummingbird
import JobModel
import Orchestration

/// Lets a worker read the pictures that came with a job which it has in hand: whoever knows the claim of the present
/// hand-out may read the inputs of that job, and nothing else.
struct InputClaims: Sendable {
    let jobs: JobService

    /// Whether a claim opens the picture; false for a request that makes none.
    /// - Throws: 404 for a claim that is not on record, or does not go so far.
    func open(_ hash: ContentHash, owner: OwnerID, _ request: Request) throws -> Bool {
        let query = request.uri.queryParameters
        guard let claim = query["claim"] else { return false }
        guard let job = query["job"].flatMap({ try? JobID(String($0)) }),
            let record = try jobs.job(JobService.CaseKey(job, owner: owner))?.record, record.inputs.contains(hash),
            record.handOut.claim.text == String(claim)
        else { throw Refusal(.notFound, "unknown_picture", "there is no picture with this hash") }
        return true
    }
}
