import Crypto
import JobModel

extension ContentHash {
    /// SHA-256 of the bytes.
    public init(of bytes: [UInt8]) { self.init(digest: SHA256.hash(data: bytes)) }
}

extension Artifact {
    /// Bytes under the hash they have.
    public init(owner: OwnerID, bytes: [UInt8]) {
        self.init(owner: owner, hash: ContentHash(of: bytes), bytes: bytes)
    }
}
