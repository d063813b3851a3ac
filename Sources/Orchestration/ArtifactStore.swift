import JobModel

/// What an artifact is found by.
public struct ArtifactName: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let owner: OwnerID
    public let hash: ContentHash

    public init(owner: OwnerID, hash: ContentHash) {
        self.owner = owner
        self.hash = hash
    }

    public var description: String { "\(hash) of \(owner)" }

    /// By the bytes of the owner, then by the hash.
    public static func < (left: ArtifactName, right: ArtifactName) -> Bool {
        left.owner == right.owner
            ? left.hash.text.utf8.lexicographicallyPrecedes(right.hash.text.utf8)
            : left.owner.text.utf8.lexicographicallyPrecedes(right.owner.text.utf8)
    }
}

/// One line of a list of artifacts.
public struct ArtifactSummary: Hashable, Sendable {
    public let name: ArtifactName
    public let bytes: Int
    /// When it was last stored, alone or with a record; it may be ``ArtifactLimits/touchPrecision`` too early.
    public let touchedAt: Milliseconds
    /// Set while it is condemned: see ``ArtifactOrder``.
    public let condemnedAt: Milliseconds?

    public init(name: ArtifactName, bytes: Int, touchedAt: Milliseconds, condemnedAt: Milliseconds?) {
        self.name = name
        self.bytes = bytes
        self.touchedAt = touchedAt
        self.condemnedAt = condemnedAt
    }
}

/// A step of removing an artifact that no record names.
///
/// Whoever finds an artifact unreferenced cannot remove it at once: a record that names it may be on its way. So it is
/// condemned first. From then on ``ArtifactStore/hasArtifact(_:owner:)`` says that it is not here, so nobody begins to
/// rely on it, while its bytes can still be read. Storing it again, alone or with a record, lifts that in the same
/// commit. Only what has been condemned for a while, and is unreferenced still, is removed: everybody who saw it before
/// it was condemned has named it by then.
public enum ArtifactOrder: Hashable, Sendable {
    /// Done unless it was touched at `untouchedSince` or later, is condemned already, or is not here.
    case condemn(ArtifactName, now: Milliseconds, untouchedSince: Milliseconds)
    /// Done unless it is not condemned: it is as if it had been stored again.
    case spare(ArtifactName)
    /// Removes it for good. Done if it has been condemned since before `condemnedBefore`.
    case remove(ArtifactName, condemnedBefore: Milliseconds)
}

/// Bytes by their hash.
public protocol ArtifactStore: Sendable {
    /// The bytes, checked against their hash; nil if they are not here.
    func artifact(_ hash: ContentHash, owner: OwnerID) async throws(StoreError) -> [UInt8]?

    /// Whether the bytes are here and may be relied on, without reading them. False for what is condemned: to store it
    /// again is the way to keep it.
    func hasArtifact(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> Bool

    /// Durable when it returns. Storing what is there already is success; it writes at most that it was touched, and
    /// that only if the last touch is older than ``ArtifactLimits/touchPrecision`` or it was condemned.
    func store(_ artifact: Artifact) async throws(StoreError)

    /// All artifacts in the order of their names, off the cooperative pool. Not a snapshot over several pages.
    /// - Parameters:
    ///   - after: start behind this name, to page on; it need not be there.
    ///   - limit: at most so many. A page may be shorter; only an empty one is the end.
    func artifacts(after: ArtifactName?, limit: Int) async throws(StoreError) -> [ArtifactSummary]

    /// Carries orders out in one commit, each judged on what stands at that moment. Durable when it returns.
    /// - Parameter orders: at most ``ArtifactLimits/maximumOrders``; more are `too_large`.
    /// - Returns: which were done.
    func carryOut(_ orders: [ArtifactOrder]) async throws(StoreError) -> [Bool]
}

/// Bounds that every store of artifacts holds.
public enum ArtifactLimits {
    /// A touch is written at most so often, in milliseconds.
    public static let touchPrecision: Milliseconds = 3_600_000
    public static let maximumOrders = 256
}
