import JobModel
import Orchestration

/// One page of a list of jobs, the newest first.
struct JobListView: Encodable, Sendable {
    var jobs: [JobLine]
    /// To be given as `after` for the next page; absent on the last.
    var next: String?
    /// How many fit, on all pages.
    var total: Int
    /// The store holds more jobs than are looked through; absent otherwise.
    var truncated: Bool?

    init(_ page: JobPage) {
        jobs = page.entries.map { JobLine($0) }
        next = page.next?.description
        total = page.total
        truncated = page.isTruncated ? true : nil
    }
}

/// A job in a list. Times are milliseconds of Unix time.
struct JobLine: Encodable, Sendable {
    var jobId: JobID
    var caseId: CaseID
    var family: JobFamily
    /// What the first picture of a job of no case is called: its title, or the beginning of its prompt.
    var title: String?
    var owner: OwnerID
    var status: JobStatus
    var final: Bool
    var archived: Bool?
    var totalImages: Int
    var completedImages: Int
    var failedImages: Int
    var retryCount: Int
    var cost: JobCost
    var lastError: String?
    var createdAt: Milliseconds
    var startedAt: Milliseconds?
    var completedAt: Milliseconds?
    var updatedAt: Milliseconds

    init(_ entry: JobPage.Entry) { self.init(entry.record, isArchived: entry.isArchived) }

    init(_ job: JobRecord, isArchived: Bool = false) {
        jobId = job.jobID
        caseId = job.caseID
        family = job.family
        title = job.family.isNamedByCase ? nil : job.assets.first?.name
        owner = job.owner
        status = job.status
        final = job.isFinal
        archived = isArchived ? true : nil
        totalImages = job.assets.count
        completedImages = job.completedImages
        failedImages = job.failedIDs.count
        retryCount = job.retryCount
        cost = job.cost
        lastError = job.lastError
        createdAt = job.createdAt
        startedAt = job.startedAt
        completedAt = job.completedAt
        updatedAt = job.updatedAt
    }
}
