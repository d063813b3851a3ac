/// Bytes under their own hash.
public struct Artifact: Hashable, Sendable {
    public let owner: OwnerID
    public let hash: ContentHash
    public let bytes: [UInt8]

    public init(owner: OwnerID, hash: ContentHash, bytes: [UInt8]) {
        self.owner = owner
        self.hash = hash
        self.bytes = bytes
    }
}
