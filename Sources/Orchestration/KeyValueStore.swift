import JobModel

/// The name of a record: a list of components. Any text is legal in one, and a prefix ends on a component.
///
/// Keys are compared by the UTF-8 bytes of their components, not by canonical equivalence as `String` is: a store keeps
/// bytes, and two spellings of one letter are two keys. Bounds: ``StoreLimits``.
public struct StoreKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let components: [String]

    public init(_ components: [String]) { self.components = components }
    public init(_ components: String...) { self.components = components }

    /// The components joined by `:`, as people write it (`case:silent-harbor:image-job`).
    public var description: String { components.joined(separator: ":") }

    /// Whether this key is `prefix` or lies below it.
    public func hasPrefix(_ prefix: StoreKey) -> Bool {
        components.starts(with: prefix.components) { $0.utf8.elementsEqual($1.utf8) }
    }

    public static func == (left: StoreKey, right: StoreKey) -> Bool {
        left.components.elementsEqual(right.components) { $0.utf8.elementsEqual($1.utf8) }
    }

    public static func < (left: StoreKey, right: StoreKey) -> Bool {
        for (mine, other) in zip(left.components, right.components) where !mine.utf8.elementsEqual(other.utf8) {
            return mine.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return left.components.count < right.components.count
    }

    public func hash(into hasher: inout Hasher) {
        for var component in components {
            hasher.combine(component.utf8.count)
            component.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }
}

/// A store-wide number that grows with every committed write and is never used twice.
public struct Revision: Comparable, Hashable, Sendable, Codable {
    public let number: UInt64
    public init(_ number: UInt64) { self.number = number }
    public static let zero = Revision(0)
    public static func < (left: Revision, right: Revision) -> Bool { left.number < right.number }
}

/// A compare-and-swap of one record, with artifacts that become readable no later than the record does.
public struct RecordWrite: Sendable {
    public enum Expectation: Hashable, Sendable {
        /// No record stands there, or a tombstone does.
        case absent
        /// The record (or tombstone) that stands there has this revision.
        case revision(Revision)
    }

    public var key: StoreKey
    public var expected: Expectation
    public var header: RecordHeader
    public var body: [UInt8]
    public var isTombstone: Bool
    public var attachments: [Artifact]

    public init(
        key: StoreKey, expected: Expectation, header: RecordHeader, body: [UInt8], isTombstone: Bool = false,
        attachments: [Artifact] = []
    ) {
        self.key = key
        self.expected = expected
        self.header = header
        self.body = body
        self.isTombstone = isTombstone
        self.attachments = attachments
    }
}

/// How a write or a purge ended. None of the four is an exception: each is answered by a rule.
public enum WriteOutcome: Hashable, Sendable {
    /// Durable, under this revision.
    case committed(Revision)
    /// Something else stands there; nothing was written, attachments included. (A large attachment that is stored beside
    /// the records may stay behind unreferenced, if the other writer came between; the sweep of artifacts removes it.)
    case conflict
    /// Certainly not written: over a limit, disk full, store closed, the record that stands there is damaged. The same
    /// write may be tried again when the cause is gone.
    case refused(StoreError)
    /// Nobody can say. Read the record and look for your own `writeId` in it.
    case unknown(StoreError)
}

/// What changed below a prefix since a revision.
public struct StoreChanges: Hashable, Sendable {
    /// Every change up to this revision was looked at.
    public var upTo: Revision
    /// With the newest change of each. Nil if it cannot be told: the store does not remember so far back, more changed
    /// than was asked for, or `after` is a revision that the store never gave. Then everything may have changed.
    public var changed: [StoreKey: Revision]?

    public init(upTo: Revision, changed: [StoreKey: Revision]?) {
        self.upTo = upTo
        self.changed = changed
    }
}

/// Why the store could not answer.
public struct StoreError: Error, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable {
        /// The disk or the map is full; what was committed stands.
        case full
        case readOnly = "read_only"
        /// A checksum did not match, or the file is not ours.
        case corrupt
        /// Written by a newer Darkroom than this one.
        case newerFormat = "newer_format"
        /// The directory is held by another process that wants it alone.
        case inUse = "in_use"
        /// A key, value or artifact over the limits.
        case tooLarge = "too_large"
        /// More writes are waiting than the store takes; try again later.
        case busy
        /// The store was shut down.
        case closed
        /// The system said no: missing directory, permission, input or output error.
        case io
        /// There is no store to read.
        case noStore = "no_store"
        /// The store belongs to another role: a worker's runs and a control side's jobs never share a directory.
        case wrongRole = "wrong_role"
    }

    public let code: Code
    /// Names the file and says what to do; holds no record's content.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Bounds that every store holds.
public enum StoreLimits {
    public static let maximumRecordBytes = 512 * 1024
    /// A key has 1 to 8 components; a prefix may have none and then stands for everything.
    public static let maximumKeyComponents = 8
    /// In UTF-8 bytes. The empty text is a legal component.
    public static let maximumComponentBytes = 1024
    /// Attachments of one write.
    public static let maximumAttachments = 256
    /// Larger artifacts are refused with `too_large`: pictures are bounded long before they come here.
    public static let maximumArtifactBytes = 32 * 1024 * 1024
}

/// Durable records under compare-and-swap: the whole of what the engine asks of a database.
///
/// Every conformer proves itself with `KeyValueStoreConformance` of `OrchestrationTestKit`.
public protocol KeyValueStore: Sendable {
    /// The record or tombstone at `key`; nil if nothing ever stood there. A point read of memory-mapped or in-memory
    /// data, which may run on the caller's thread.
    func get(_ key: StoreKey) throws(StoreError) -> StoredRecord?

    /// Writes if the expectation holds. Returns when the write is durable. Cancellation of the caller's task neither
    /// stops nor hides it.
    func write(_ write: RecordWrite) async -> WriteOutcome

    /// Removes the tombstone at `key` for good, if it has this revision: nothing stands there afterwards. Its revision is
    /// not used again, and watchers hear of it.
    ///
    /// Durable when it returns `committed`, under a revision of its own. `conflict` if anything else is there: another
    /// revision, a record that is no tombstone, or nothing (so a purge that is repeated conflicts with itself).
    /// Cancellation of the caller's task neither stops nor hides it.
    func purge(_ key: StoreKey, expected: Revision) async -> WriteOutcome

    /// Everything at and below `prefix` in the order of keys, tombstones included, off the cooperative pool. Not a
    /// snapshot over several pages. A prefix over the limits is below nothing: the answer is empty.
    ///
    /// Components are ordered by their UTF-8 bytes as long as they have at most 60 of them and no U+0000 or U+0001; a
    /// component beyond that stands in a place of the store's own, which never changes.
    /// - Parameters:
    ///   - after: start behind this key, to page on; it need not be there. Over the limits it is `too_large`.
    ///   - limit: at most so many.
    func scan(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [RecordSummary]

    /// As ``scan(_:after:limit:)`` with bodies, and strict: for passes that must not overlook anything.
    ///
    /// A page may be shorter than `limit`, to bound its memory; only an empty one is the end.
    /// - Throws: `corrupt` if any record that belongs into the page is damaged, its body included.
    func records(_ prefix: StoreKey, after: StoreKey?, limit: Int) async throws(StoreError) -> [StoredRecord]

    /// The revision of the newest committed write, of any process.
    func latestRevision() throws(StoreError) -> Revision

    /// What was written at and below `prefix` after a revision, by any process. A point read, as ``get(_:)`` is.
    ///
    /// A key whose record was purged since may be missing: its tombstone was a change before.
    /// - Parameter limit: of writes in the whole store that are looked through for it.
    func changes(_ prefix: StoreKey, after: Revision, limit: Int) throws(StoreError) -> StoreChanges

    /// News of writes below `prefix` by any process, from now on. An element means "look again": elements may repeat or
    /// stand for several writes, but no write stays without one. Ends when the store is shut down.
    func watch(_ prefix: StoreKey) -> AsyncStream<Revision>
}
