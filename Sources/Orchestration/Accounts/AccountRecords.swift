import Crypto
import JobModel

extension AccountRecord: StorableRecord {
    public static var kind: RecordKind { .account }
    /// Says what a sweep has to know of it before it reads it.
    public var headerState: UInt8 {
        (reservations.isEmpty ? 0 : AccountRecord.hasReservations) | (pending.isEmpty ? 0 : AccountRecord.hasPending)
    }
    public var due: Milliseconds? { nil }

    static let hasReservations: UInt8 = 1
    static let hasPending: UInt8 = 2
}

extension LedgerLine: StorableRecord {
    public static var kind: RecordKind { .ledgerLine }
    public static let format: UInt16 = 1
    public var headerState: UInt8 { 0 }
    /// When it may go.
    public var due: Milliseconds? { at + LedgerLine.kept }
}

/// Which job a client's own name for its request stands for. Written before the job, and never changed.
public struct IdempotencyRecord: StorableRecord, Hashable {
    public static var kind: RecordKind { .idempotency }
    public static let format: UInt16 = 1

    public var jobID: JobID
    public var caseID: CaseID
    /// Of the request that came first.
    public var bodyHash: ContentHash
    public var createdAt: Milliseconds
    public var writeID: UInt64 = 0

    public var headerState: UInt8 { 0 }
    /// From when on it goes with its job.
    public var due: Milliseconds? { createdAt + IdempotencyRecord.kept }

    /// A client that repeats itself does so within a day, also where no job came of it.
    static let kept: Milliseconds = 86_400_000

    private enum CodingKeys: String, CodingKey {
        case jobID = "jobId"
        case caseID = "caseId"
        case bodyHash
        case createdAt
        case writeID = "writeId"
    }
}

extension Keys {
    public static func account(_ owner: OwnerID) -> StoreKey {
        owner == .local ? StoreKey("account") : StoreKey("owner", owner.text, "account")
    }

    /// Whose account stands at `key`; nil if it is no account's key.
    public static func account(at key: StoreKey) -> OwnerID? {
        if key == account(.local) { return .local }
        guard key.components.count == 3, key.components[0] == "owner", key.components[2] == "account" else {
            return nil
        }
        return try? OwnerID(key.components[1])
    }

    public static func ledger(_ owner: OwnerID) -> StoreKey { StoreKey("ledger", owner.text) }

    public static func ledger(_ owner: OwnerID, _ month: Month) -> StoreKey {
        StoreKey("ledger", owner.text, month.description)
    }

    /// The lines of one job in one month.
    public static func ledger(_ owner: OwnerID, _ month: Month, _ job: JobID) -> StoreKey {
        StoreKey("ledger", owner.text, month.description, job.text)
    }

    public static func ledgerLine(_ line: LedgerLine) -> StoreKey {
        StoreKey(
            "ledger", line.owner.text, line.month.description, line.jobID.text, line.asset.text, "\(line.number)")
    }

    /// The client's own text may be anything, and a secret to somebody: only its hash is stored.
    public static func idempotency(_ key: IdempotencyKey, owner: OwnerID) -> StoreKey {
        StoreKey("idempotency", owner.text, ContentHash(of: Array(key.text.utf8)).text)
    }
}
