import JSONCoding
import JobModel

/// A record that the engine keeps under a key.
public protocol StorableRecord: Codable, Sendable {
    static var kind: RecordKind { get }
    static var format: UInt16 { get }
    /// Identity of the write that put it there.
    var writeID: UInt64 { get set }
    /// The record's state as its header tells it.
    var headerState: UInt8 { get }
    /// When it next wants attention.
    var due: Milliseconds? { get }
    /// Emptied: it stands in the store as a tombstone that still says what became of it.
    var isForgotten: Bool { get }
}

extension StorableRecord {
    public var isForgotten: Bool { false }
}

extension StoredRecord {
    /// A tombstone that says nothing any more.
    var isEmpty: Bool { isTombstone && body.isEmpty }
}

/// The first byte of every header. Numbers are stored: they are never given another meaning.
public enum RecordKind: UInt8, Sendable {
    case job = 1
    case run = 2
    case archivedJob = 3
    case legacyStatus = 4
    case account = 5
    case ledgerLine = 6
    case idempotency = 7
    case apiKey = 8
    case linkKey = 9
    case alerts = 10
}

extension JobRecord: StorableRecord {
    public static var kind: RecordKind { .job }
    /// The upper bits say which family it is of.
    public var headerState: UInt8 { status.headerState | family.headerBits }
}

extension RunRecord: StorableRecord {
    public static var kind: RecordKind { .run }
    /// The upper bits say what a worker has to know of it before it reads it.
    public var headerState: UInt8 {
        var state = status.headerState
        if !isAtRest { state |= RunRecord.unrested }
        if !isFinished, firstCallAt != nil { state |= RunRecord.begun }
        if !isForgotten, case .deadLetter = delivery.end { state |= RunRecord.deadLetter }
        return state
    }
    public var due: Milliseconds? { isAtRest ? keptUntil : acceptedAt }

    /// A worker still has something to do for it.
    static let unrested: UInt8 = 0x80
    /// Its outcome was not delivered, and can be by command.
    static let deadLetter: UInt8 = 0x40
    /// It has made calls, and is not finished.
    static let begun: UInt8 = 0x20
}

extension JobStatus {
    /// Stored: never renumbered.
    public var headerState: UInt8 {
        switch self {
        case .pending: 1
        case .generating: 2
        case .completed: 3
        case .partial: 4
        case .failed: 5
        case .canceled: 6
        }
    }

    public init?(headerState: UInt8) {
        guard let status = JobStatus.allCases.first(where: { $0.headerState == headerState & 0x1F }) else { return nil }
        self = status
    }
}

extension JobFamily {
    /// Stored: never renumbered. Cases have none, as before there were others.
    var headerBits: UInt8 {
        switch self {
        case .case: 0
        case .image: 1 << 5
        case .scene: 2 << 5
        case .generation: 3 << 5
        }
    }

    public init?(headerState: UInt8) {
        guard let family = JobFamily.allCases.first(where: { $0.headerBits == headerState & 0xE0 }) else { return nil }
        self = family
    }
}

/// Records as bytes.
public enum RecordCoding {
    public static func header(of record: some StorableRecord) -> RecordHeader {
        RecordHeader(
            kind: type(of: record).kind.rawValue, state: record.headerState, format: type(of: record).format,
            due: record.due)
    }

    public static func body(of record: some StorableRecord) throws(StoreError) -> [UInt8] {
        do {
            return try JSON.encode(record)
        } catch {
            throw StoreError(.tooLarge, "the record cannot be written: \(error.message)")
        }
    }

    /// - Throws: `newerFormat` if a later Darkroom wrote it, `corrupt` if it is not such a record.
    public static func decode<Record: StorableRecord>(
        _ type: Record.Type, from stored: StoredRecord
    ) throws(StoreError) -> Record {
        try decode(type, of: type, from: stored)
    }

    /// A part of such a record, of whatever format that is known.
    static func decode<Part: Decodable, Record: StorableRecord>(
        _ part: Part.Type, of type: Record.Type, from stored: StoredRecord
    ) throws(StoreError) -> Part {
        guard stored.header.kind == type.kind.rawValue else {
            throw StoreError(.corrupt, "\(stored.key.redacted) holds a record of kind \(stored.header.kind)")
        }
        guard stored.header.format <= type.format else {
            throw StoreError(
                .newerFormat,
                "\(stored.key.redacted) was written in format \(stored.header.format); this Darkroom knows \(type.format): upgrade it"
            )
        }
        let limits = JSONLimits(maximumBytes: 2 * StoreLimits.maximumRecordBytes, maximumDepth: 32)
        do {
            let body = try RecordUpgrade.body(
                stored.body, kind: stored.header.kind, format: stored.header.format, limits: limits)
            return try JSON.decode(part, from: body, limits: limits)
        } catch {
            throw StoreError(.corrupt, "\(stored.key.redacted) cannot be read: \(error.message) at \(error.path)")
        }
    }
}

/// Where records stand.
public enum Keys {
    public static func job(_ caseID: CaseID, owner: OwnerID) -> StoreKey {
        StoreKey(prefix(owner) + ["case", caseID.text, "image-job"])
    }

    public static func legacyStatus(_ caseID: CaseID, owner: OwnerID) -> StoreKey {
        StoreKey(prefix(owner) + ["case", caseID.text, "image-status"])
    }

    public static func archivedJob(_ jobID: JobID) -> StoreKey { StoreKey("job", jobID.text) }

    public static let archivedJobs = StoreKey("job")

    public static func run(_ jobID: JobID) -> StoreKey { StoreKey("run", jobID.text) }

    public static func cases(owner: OwnerID) -> StoreKey { StoreKey(prefix(owner) + ["case"]) }

    /// Below these stand the jobs of all owners, among other records.
    public static let jobs = [StoreKey("case"), StoreKey("owner")]

    /// Whose job stands at `key`, and of which case; nil if it is no job's key.
    public static func job(at key: StoreKey) -> (caseID: CaseID, owner: OwnerID)? {
        var parts = key.components[...]
        var owner = OwnerID.local
        if parts.first == "owner" {
            guard parts.count == 5, let named = try? OwnerID(parts[1]), named != .local else { return nil }
            owner = named
            parts = parts.dropFirst(2)
        }
        guard parts.count == 3, parts.first == "case", parts.last == "image-job",
            let caseID = try? CaseID(parts[parts.startIndex + 1])
        else { return nil }
        return (caseID, owner)
    }

    public static let runs = StoreKey("run")

    public static func apiKey(_ id: APIKeyID) -> StoreKey { StoreKey("apikey", id.text) }

    public static let apiKeys = StoreKey("apikey")

    /// What links are signed with.
    public static let linkKey = StoreKey("linkkey")

    private static func prefix(_ owner: OwnerID) -> [String] { owner == .local ? [] : ["owner", owner.text] }
}
