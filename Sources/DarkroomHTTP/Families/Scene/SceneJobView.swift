import JobModel
import Orchestration

/// A film project's job, under the names of the interface that asks for its pictures. Times are RFC 3339 in UTC, money is
/// in currency units.
struct SceneJobView: Encodable, Sendable {
    enum Status: String, Encodable, Sendable {
        case queued
        case processing
        case generating
        case uploading
        case completed
        case failed
    }

    /// How far a picture came that was not made.
    enum FailureStage: String, Encodable, Sendable {
        case generating
        case uploading
        case persisting
    }

    struct Image: Encodable, Sendable {
        var index: Int
        var status: AssetState
        var public_url: String?
        var attempt_count: Int
        var error: Failure?
    }

    struct Failure: Encodable, Sendable {
        /// TEMPORARY, PERMANENT, RATE_LIMIT, AUTH_ERROR or UNKNOWN.
        var code: String
        var message: String
        var provider: String?
    }

    var id: JobID
    var jobId: JobID
    var status: Status
    var job_type: SceneDetails.JobType
    var prompt: String
    var idempotency_key: String?
    var projectId: String
    var branchId: String
    var sceneId: String?
    var shotId: String?
    var visualStyleCapsuleId: String?
    /// Calls begun for all of its images, whoever asked for them.
    var attempt_count: Int
    /// Times that somebody asked for another try.
    var retry_count: Int
    /// Of the first image that was made.
    var public_url: String?
    var images: [Image]
    /// Known once a worker has taken the job; absent where a price is not known.
    var estimated_cost: Double?
    var cost_credits: Double
    var failure_stage: FailureStage?
    var error: Failure?
    var created_at: String
    var started_at: String?
    var completed_at: String?

    /// - Parameters:
    ///   - link: of a path below the server's own address.
    ///   - arrived: pictures of the job that have come here, or are coming, since it was last told of.
    init(_ job: JobRecord, _ specification: JobSpecification, arriving: Int, link: (String) -> String) {
        let details =
            specification.details?.scene
            ?? SceneDetails(jobType: .assetKey, projectID: "", branchID: "", prompt: "")
        id = job.jobID
        jobId = job.jobID
        status = Status(job, arriving: arriving)
        job_type = details.jobType
        prompt = details.prompt
        idempotency_key = specification.details?.idempotencyKey
        projectId = details.projectID
        branchId = details.branchID
        sceneId = details.sceneID
        shotId = details.shotID
        visualStyleCapsuleId = details.visualStyleCapsuleID
        attempt_count = job.assets.reduce(0) { $0 + $1.totalAttempts }
        retry_count = job.retryCount
        images = job.assets.enumerated().map { index, asset in
            let path = ScenePath.path(of: index, job.jobID, details)
            return Image(
                index: index, status: asset.status,
                public_url: asset.status == .generated && asset.picture != nil ? link(path) : nil,
                attempt_count: asset.totalAttempts, error: asset.error.map { Failure($0) })
        }
        public_url = images.lazy.compactMap(\.public_url).first
        estimated_cost = job.cost.estimateMicros.map { Double($0) / 1_000_000 }
        cost_credits = Double(job.cost.micros) / 1_000_000
        let failure = status == .failed ? job.firstError : nil
        failure_stage = failure.map { FailureStage($0) }
        error = failure.map { Failure($0) }
        created_at = Instants.text(job.createdAt)
        started_at = job.startedAt.map { Instants.text($0) }
        completed_at = job.completedAt.map { Instants.text($0) }
    }
}

extension SceneJobView.Failure {
    init(_ error: MediaError) {
        code = error.classC
        message = error.message
        provider = error.provider
    }
}

extension SceneJobView.FailureStage {
    init(_ error: MediaError) {
        switch error.kind {
        // The picture was made and could not be fetched, or was none.
        case .unusableOutput: self = .uploading
        // Ours: a store that took nothing.
        case .internalFailure: self = .persisting
        default: self = .generating
        }
    }
}

extension SceneJobView.Status {
    init(_ job: JobRecord, arriving: Int) {
        switch job.status {
        case .pending: self = .queued
        case .generating where arriving > job.completedImages: self = .uploading
        case .generating: self = job.assets.contains { $0.status == .generating } ? .generating : .processing
        case .completed: self = .completed
        case .partial, .failed, .canceled: self = job.isFinal ? .failed : .processing
        }
    }
}
