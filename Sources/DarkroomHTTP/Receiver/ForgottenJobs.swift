import HTTPTypes
import JobModel
import Orchestration

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
