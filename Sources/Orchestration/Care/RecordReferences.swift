import JobModel

/// The artifacts that a record names, by what it says of itself.
public struct RecordReferences: Sendable {
    public let owner: OwnerID
    /// What it cannot do without, with a word for it.
    public let required: [(word: String, hash: ContentHash)]
    /// What it names besides: kept as long as it is there.
    public let mentioned: [ContentHash]

    /// For ``ArtifactSweep/run(_:)``. An empty tombstone names nothing.
    /// - Throws: as ``init(_:)``.
    public static func hashes(_ stored: StoredRecord) throws(StoreError) -> [ContentHash] {
        guard let found = try RecordReferences(stored) else { return [] }
        return found.required.map(\.hash) + found.mentioned
    }

    /// Nil for a record that names no artifacts.
    /// - Throws: `newer_format` for a kind or format that this Darkroom does not know, `corrupt` for what is no such record.
    public init?(_ stored: StoredRecord) throws(StoreError) {
        if stored.isEmpty { return nil }
        switch try RecordKind.of(stored) {
        case .job: self.init(try RecordCoding.decode(JobRecord.self, from: stored))
        case .archivedJob: self.init(try RecordCoding.decode(JobRecord.self, from: stored.asJob))
        case .run: self.init(try RecordCoding.decode(RunRecord.self, from: stored))
        case .legacyStatus:
            _ = try RecordCoding.decode(LegacyStatus.self, from: stored)
            return nil
        case .apiKey:
            _ = try RecordCoding.decode(APIKeyRecord.self, from: stored)
            return nil
        case .linkKey:
            _ = try RecordCoding.decode(LinkKey.self, from: stored)
            return nil
        case .alerts:
            _ = try RecordCoding.decode(AlertBook.self, from: stored)
            return nil
        case .account:
            _ = try RecordCoding.decode(AccountRecord.self, from: stored)
            return nil
        case .ledgerLine:
            _ = try RecordCoding.decode(LedgerLine.self, from: stored)
            return nil
        case .idempotency:
            _ = try RecordCoding.decode(IdempotencyRecord.self, from: stored)
            return nil
        }
    }

    private init(_ job: JobRecord) {
        owner = job.owner
        let isEmptied = job.isForgotten
        let pictures = job.assets.compactMap(\.picture).map { (word: "picture", hash: $0.hash) }
        let inputs = job.inputs.map { (word: "input", hash: $0) }
        required = isEmptied ? [] : [(word: "specification", hash: job.specification)] + pictures + inputs
        mentioned =
            job.pastClaims.map(\.specification) + job.histories.map(\.hash) + (isEmptied ? [job.specification] : [])
    }

    /// A picture that the receiver holds already may have been kept from an earlier epoch, and never been here.
    private init(_ run: RunRecord) {
        owner = run.owner
        let isEmptied = run.isForgotten
        let pictures = run.assets.filter { $0.upload != .done }.compactMap(\.picture)
        required =
            isEmptied
            ? []
            : [(word: "specification", hash: run.specification)] + pictures.map { (word: "picture", hash: $0.hash) }
        mentioned = run.assets.compactMap(\.picture).map(\.hash) + (isEmptied ? [run.specification] : [])
    }
}

extension RecordKind {
    /// - Throws: `newer_format` for a kind that this Darkroom does not know.
    static func of(_ stored: StoredRecord) throws(StoreError) -> RecordKind {
        guard let kind = RecordKind(rawValue: stored.header.kind) else {
            throw StoreError(
                .newerFormat,
                "\(stored.key.redacted) is of kind \(stored.header.kind), which this Darkroom does not know: upgrade it"
            )
        }
        return kind
    }
}

extension StoredRecord {
    /// An archived job's record is a job's, under a kind of its own.
    var asJob: StoredRecord {
        var header = header
        header.kind = RecordKind.job.rawValue
        return StoredRecord(key: key, revision: revision, header: header, body: body, isTombstone: isTombstone)
    }
}
