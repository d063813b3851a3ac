import JobModel

#if canImport(Glibc)
import Glibc
#endif

/// The `artifacts` database: owner, 0x00, the 64 digits of the hash → time of storing (8 bytes, little-endian, Unix
/// milliseconds) and the bytes. Owners hold no 0x00, and 128 + 1 + 64 bytes fit LMDB's key.
enum ArtifactValue {
    static let headerBytes = 8
    /// Larger ones are files.
    static let maximumBytes = 256 * 1024

    static func key(_ hash: ContentHash, owner: OwnerID) -> [UInt8] {
        Array(owner.text.utf8) + [0] + Array(hash.text.utf8)
    }

    static func bytes(in value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: value.dropFirst(headerBytes))
    }

    /// Whether the value holds exactly these bytes; a damaged one does not and is written anew.
    static func holds(_ value: UnsafeRawBufferPointer, _ bytes: [UInt8]) -> Bool {
        guard value.count == headerBytes + bytes.count else { return false }
        return bytes.withUnsafeBytes { given in
            guard let start = given.baseAddress, let stored = value.baseAddress else { return true }
            return memcmp(start, stored + headerBytes, given.count) == 0
        }
    }

    static func store(_ bytes: [UInt8], into space: UnsafeMutableRawBufferPointer) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let milliseconds = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
        space.storeBytes(of: milliseconds.littleEndian, as: Int64.self)
        UnsafeMutableRawBufferPointer(rebasing: space[headerBytes...]).copyBytes(from: bytes)
    }
}
