/// What can be known of a record without decoding it, so that a pass over 10,000 jobs reads headers only.
public struct RecordHeader: Hashable, Sendable {
    /// Which type of record this is; see `RecordKind`.
    public var kind: UInt8
    /// The record's state as a small number whose meaning belongs to the kind.
    public var state: UInt8
    /// The version of the record's own encoding. A newer one than the reader knows must be refused, not guessed at.
    public var format: UInt16
    /// When the record next wants attention, in milliseconds of Unix time; nil if never.
    public var due: Int64?

    public init(kind: UInt8, state: UInt8, format: UInt16, due: Int64? = nil) {
        self.kind = kind
        self.state = state
        self.format = format
        self.due = due
    }
}

/// A record as stored.
public struct StoredRecord: Hashable, Sendable {
    public let key: StoreKey
    public let revision: Revision
    public let header: RecordHeader
    /// At most ``StoreLimits/maximumRecordBytes``. A tombstone may carry a body too: it still answers what happened.
    public let body: [UInt8]
    public let isTombstone: Bool

    public init(key: StoreKey, revision: Revision, header: RecordHeader, body: [UInt8], isTombstone: Bool) {
        self.key = key
        self.revision = revision
        self.header = header
        self.body = body
        self.isTombstone = isTombstone
    }
}

/// One line of a scan: everything about a record but its body.
public struct RecordSummary: Hashable, Sendable {
    public let key: StoreKey
    public let revision: Revision
    public let header: RecordHeader
    public let isTombstone: Bool
    /// The record's header failed its checksum: revision and header are zero and mean nothing, and ``KeyValueStore/get(_:)``
    /// of the key throws `corrupt`. A damaged record is data, so that a pass over all jobs goes on past it.
    public let isDamaged: Bool

    public init(
        key: StoreKey, revision: Revision, header: RecordHeader, isTombstone: Bool, isDamaged: Bool = false
    ) {
        self.key = key
        self.revision = revision
        self.header = header
        self.isTombstone = isTombstone
        self.isDamaged = isDamaged
    }
}
