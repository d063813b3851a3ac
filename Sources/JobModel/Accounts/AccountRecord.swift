/// All that is decided over the jobs of one owner: what was spent, what is reserved, what is at work.
///
/// It is changed before a job exists and after it has ended, by compare-and-swap; what a crash leaves between it and the
/// job is completed or released by a sweep.
public struct AccountRecord: Hashable, Sendable, Codable {
    public static let format: UInt16 = 1

    public var writeID: UInt64
    public var owner: OwnerID
    /// The name of the plan; nil where none was given.
    public var plan: String?
    /// The present month, and what was spent in it: always the sum of the lines of that month, those in ``pending``
    /// included.
    public var month: Month
    public var spent: Amount
    /// Earlier months, oldest first; at most ``monthsKept``.
    public var past: [PastMonth]
    /// By job id, of jobs that are at work or about to begin.
    public var reservations: [String: Reservation]
    /// Lines that are counted and not known to stand in the ledger yet.
    public var pending: [LedgerLine]
    public var createdAt: Milliseconds
    public var updatedAt: Milliseconds

    /// Open at once. Together with ``pendingAtMost`` it keeps the record under half of what a store takes.
    public static let maximumReservations = 1_000
    /// So many lines may wait to be written; then no further job is settled.
    public static let pendingAtMost = 400
    public static let monthsKept = 24
    /// No sum comes near it: a million units for each of a million images.
    public static let maximumMicros: Int64 = 1_000_000_000_000_000_000

    private enum CodingKeys: String, CodingKey {
        case writeID = "writeId"
        case owner
        case plan
        case month
        case spent
        case past
        case reservations
        case pending
        case createdAt
        case updatedAt
    }

    public init(owner: OwnerID, now: Milliseconds) {
        writeID = 0
        self.owner = owner
        month = Month(of: now)
        spent = .zero
        past = []
        reservations = [:]
        pending = []
        createdAt = now
        updatedAt = now
    }

    /// What open jobs may still come to.
    public var reserved: Amount {
        reservations.values.reduce(.zero) { $0 + Amount(micros: $1.micros, images: $1.images) }
    }

    public func reservation(of job: JobID) -> Reservation? { reservations[job.text] }
}

/// What was spent in a month that is over.
public struct PastMonth: Hashable, Sendable, Codable {
    public var month: Month
    public var spent: Amount
}

/// What a job may come to at the most, set aside until it has ended.
public struct Reservation: Hashable, Sendable, Codable {
    /// In millionths of the currency unit; nothing where the owner has no budget.
    public var micros: Int64
    /// What the calls of the present epoch may cost; nil where the owner has no budget.
    public var allowedMicros: Int64?
    public var images: Int
    public var at: Milliseconds
    public var caseID: CaseID
    public var family: JobFamily
    /// The job's epoch that it was made for.
    public var epoch: Int
    /// Whether the job counts as one that is in flight.
    public var isInFlight: Bool
    /// Of the submission that relies on it: an earlier one of the same job may not release it any more.
    public var holder: UInt64

    private enum CodingKeys: String, CodingKey {
        case micros
        case allowedMicros
        case images
        case at
        case caseID = "caseId"
        case family
        case epoch
        case isInFlight = "inFlight"
        case holder
    }

    public init(
        micros: Int64, allowedMicros: Int64?, images: Int, at: Milliseconds, caseID: CaseID, family: JobFamily,
        epoch: Int, isInFlight: Bool, holder: UInt64
    ) {
        self.micros = micros
        self.allowedMicros = allowedMicros
        self.images = images
        self.at = at
        self.caseID = caseID
        self.family = family
        self.epoch = epoch
        self.isInFlight = isInFlight
        self.holder = holder
    }
}
