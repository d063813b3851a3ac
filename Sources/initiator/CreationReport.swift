import ArgumentParser
import DarkroomCLI
import JSONCoding
import JobModel
import Orchestration

/// Tells the caller of a command what became of the hand-out.
struct CreationReport {
    let session: Session
    let jobs: JobService
    let key: JobService.CaseKey
    let isJSON: Bool
    /// What the caller may do about a worker that was not reached.
    var again = "and leave the rest to"

    func finish(_ reply: JobReply) async throws {
        switch reply {
        case .created(let job), .retrying(let job): try await settle(job, word: "recorded")
        case .joined(let job) where job.isTriggerOwed: try await settle(job, word: "recorded before")
        case .joined(let job): try show(job, word: "joined, it was being worked on already")
        case .forgotten(let job): throw JobRefusal.forgotten(job)
        case .overLimit(let refusal): throw CommandFailure(Exit.usage, refusal.message)
        case .conflict(let code, let message): throw JobRefusal.conflict(code, message, key)
        case .unknownJob: throw JobRefusal.unknown(key)
        case .unknownAsset(let id):
            throw CommandFailure(
                Exit.usage, "case \(key.caseID) has no image \(id): `initiator status --json` names all of them")
        case .unavailable(let reason): throw CommandFailure(.failure, "store: \(reason)")
        case .folded, .duplicate, .ending, .otherSpecification, .staleEpoch, .staleVersion, .artifactMissing:
            throw CommandFailure(.failure, "unexpected answer")
        }
    }

    private func settle(_ created: JobRecord, word: String) async throws {
        let limit = session.clock.now() + Create.patience
        let tries = created.handOut.tries + Create.tries
        var job = created
        while job.isTriggerOwed, job.handOut.epoch == created.handOut.epoch, session.clock.now() < limit {
            let known = try jobs.job(key)
            job = known?.record ?? job
            if job.handOut.tries >= tries, !jobs.isTriggering(key) { break }
            jobs.wake(key)
            await jobs.waitForNews(of: key, after: known?.revision ?? .zero, limit: 250)
        }
        job = try jobs.job(key)?.record ?? job
        if job.handOut.acceptance == .refused {
            try show(job, word: "\(word), but the worker refuses it")
            throw CommandFailure(Exit.usage, job.lastError ?? "the worker refuses the request")
        }
        guard job.isTriggerOwed else { return try show(job, word: "\(word), a worker has it") }
        try show(job, word: "\(word), no worker reached yet")
        throw CommandFailure(
            Exit.notReachable,
            "\(job.lastError ?? "no worker was reached"). The job is recorded: mend or start the worker, \(again) a "
                + "running `initiator serve` (or `receiver --worker`), which goes on trying")
    }

    private func show(_ job: JobRecord, word: String) throws {
        if isJSON { return StandardStreams.write(try JSON.encode(job, style: .pretty), to: .output) }
        StandardStreams.write("\(job.caseID) \(job.jobID): \(word) (\(job.assets.count) images)\n", to: .output)
    }
}
