import JobModel
import Orchestration

/// Waits a little for the provider's own id of a generation's call.
///
/// Only where a provider gives calls an id and says so at once is there anything to wait for; the worker tells who is
/// asked as soon as a call begins.
struct PredictionWait: Sendable {
    static let patience: Milliseconds = 2_000
    private static let pause: Milliseconds = 50

    let jobs: JobService
    let clock: any EngineClock

    /// The job as it is once its call has a name, or once nothing more is to be waited for.
    func wait(for created: JobRecord) async throws -> JobRecord {
        let key = JobService.CaseKey(created.jobID, owner: created.owner)
        let end = clock.now() + Self.patience
        var job = created
        while isWorthWaiting(for: job), clock.now() < end, !Task.isCancelled {
            guard let known = try await jobs.refreshed(key, olderThan: 0) else { return job }
            job = known.record
            guard isWorthWaiting(for: job) else { break }
            await jobs.waitForNews(of: key, after: known.revision, limit: Self.pause)
        }
        return job
    }

    private func isWorthWaiting(for job: JobRecord) -> Bool {
        guard !job.status.isTerminal, job.queue == nil, let asset = job.assets.first else { return false }
        if asset.callID != nil { return false }
        return asset.provider == nil || asset.provider == ReplicateWebhook.provider
    }
}
