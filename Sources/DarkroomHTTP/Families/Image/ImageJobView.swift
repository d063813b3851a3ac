import JobModel
import Orchestration

/// A job for one image, under the names of the interface that asks for single images. Times are milliseconds of Unix
/// time.
struct ImageJobView: Encodable, Sendable {
    enum Status: String, Encodable, Sendable {
        case queued
        case running
        case succeeded
        case failed
    }

    /// What was asked for, whole: enough to ask for it once more.
    struct Input: Encodable, Sendable {
        var prompt: String
        var title: String?
        var provider: String?
        var model: String?
        var maxRetries: Int
    }

    var id: JobID
    var jobId: JobID
    var status: Status
    /// Who is asked, or made it.
    var provider: String?
    var model: String?
    /// The provider's own id of the call.
    var providerJobId: String?
    /// Retries of this job by itself; one that somebody asked for is a job of its own.
    var retryCount: Int
    var maxRetries: Int
    /// The last cause, or `MAX_RETRIES_EXCEEDED` with the cause beside it.
    var errorCode: String?
    var errorCause: String?
    var errorMessage: String?
    var input: Input
    /// The picture's address, under both names.
    var result: String?
    var resultUrl: String?
    /// Who made it, and whether in another's place.
    var source: AssetSource?
    var retryOf: JobID?
    var createdAt: Milliseconds
    var startedAt: Milliseconds?
    var finishedAt: Milliseconds?

    init(_ job: JobRecord, _ specification: JobSpecification) {
        let asset = job.assets.first
        let asked = specification.details?.image
        id = job.jobID
        jobId = job.jobID
        status = Status(job)
        provider = asset?.source?.provider ?? asset?.provider ?? asked?.provider
        model = asset?.source?.model ?? asked?.model
        providerJobId = asset?.callID
        retryCount = max(0, (asset?.attempts ?? 0) - 1)
        maxRetries = job.maxRetries
        let isOver = status == .failed
        errorCode = isOver ? asset?.errorCode : nil
        errorCause = isOver ? asset?.errorCause : nil
        errorMessage = isOver ? asset?.error?.message ?? job.lastError : nil
        input = Input(
            prompt: asked?.prompt ?? specification.assets.first?.prompt ?? "", title: asked?.title,
            provider: asked?.provider, model: asked?.model, maxRetries: job.maxRetries)
        result = asset.flatMap { $0.status == .generated ? job.link(to: $0) : nil }
        resultUrl = result
        source = asset?.source
        retryOf = specification.details?.retryOf
        createdAt = job.createdAt
        startedAt = job.startedAt
        finishedAt = job.completedAt
    }
}

extension ImageJobView.Status {
    init(_ job: JobRecord) {
        switch job.status {
        case .pending: self = .queued
        case .generating: self = job.queue == nil ? .running : .queued
        case .completed: self = .succeeded
        case .partial, .failed, .canceled: self = job.isFinal ? .failed : .running
        }
    }
}

extension JobAsset {
    /// The provider's own id of the call that made it, goes on, or was the last.
    var callID: String? { source?.callID ?? openCall?.id ?? lastCall?.id }
}
