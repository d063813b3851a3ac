import JobModel

/// Where a job stands in a list: by the time of its creation, and among those of one instant by its name.
public struct JobPlace: Hashable, Sendable, Comparable {
    public var createdAt: Milliseconds
    public var jobID: JobID

    public init(createdAt: Milliseconds, jobID: JobID) {
        self.createdAt = createdAt
        self.jobID = jobID
    }

    public static func < (one: JobPlace, other: JobPlace) -> Bool {
        (one.createdAt, one.jobID.text) < (other.createdAt, other.jobID.text)
    }
}

extension JobPlace: CustomStringConvertible {
    /// `MILLISECONDS.JOBID`, for a client to hand back.
    public var description: String { "\(createdAt).\(jobID.text)" }

    /// Nil if it is no place.
    public init?(_ description: String) {
        guard let dot = description.firstIndex(of: "."), let createdAt = Milliseconds(description[..<dot]),
            createdAt >= 0, let jobID = try? JobID(String(description[description.index(after: dot)...]))
        else { return nil }
        self.init(createdAt: createdAt, jobID: jobID)
    }
}
