import JobModel
import Logging

/// What a list has to know of every job to find those it shows.
struct JobCard: Sendable {
    var key: StoreKey
    var place: JobPlace
    var owner: OwnerID
    var caseID: CaseID
    var family: JobFamily
    var status: JobStatus
    var isArchived: Bool
}

extension JobCard {
    /// The part of a job's record that its key and its header do not tell.
    private struct Part: Decodable {
        var jobID: JobID
        var owner: OwnerID
        var caseID: CaseID
        var createdAt: Milliseconds

        enum CodingKeys: String, CodingKey {
            case jobID = "jobId"
            case owner
            case caseID = "caseId"
            case createdAt
        }
    }

    /// - Throws: as ``RecordCoding/decode(_:from:)``.
    init(_ stored: StoredRecord) throws(StoreError) {
        let part = try RecordCoding.decode(Part.self, of: JobRecord.self, from: stored.asJob)
        guard let status = JobStatus(headerState: stored.header.state),
            let family = JobFamily(headerState: stored.header.state)
        else { throw StoreError(.corrupt, "\(stored.key.redacted) is in a state that is not known") }
        key = stored.key
        place = JobPlace(createdAt: part.createdAt, jobID: part.jobID)
        owner = part.owner
        caseID = part.caseID
        self.family = family
        self.status = status
        isArchived = stored.header.kind == RecordKind.archivedJob.rawValue
    }
}

extension RecordLines where Line == JobCard {
    /// Of a card some 300 bytes are kept: beyond so many jobs lists are of the newest, and told to be incomplete.
    private static var jobsAtMost: Int { 200_000 }

    /// Every job in the store that was not let go of.
    static func jobs(in store: any KeyValueStore, logger: Logger) -> RecordLines {
        RecordLines(
            store: store, logger: logger,
            source: Source(
                prefixes: Keys.jobs + [Keys.archivedJobs], recordsAtMost: jobsAtMost,
                isWanted: { summary in
                    let kind = RecordKind(rawValue: summary.header.kind)
                    return (kind == .job || kind == .archivedJob) && !summary.isTombstone
                },
                rank: { $0.place.createdAt }, make: { stored throws(StoreError) in try JobCard(stored) }))
    }
}
