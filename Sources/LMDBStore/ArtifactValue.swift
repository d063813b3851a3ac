import JobModel
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// The `artifacts` database: owner, 0x00, the 64 digits of the hash → time of the last touch (8 bytes, little-endian,
/// Unix milliseconds) and the bytes. Owners hold no 0x00, and 128 + 1 + 64 bytes fit LMDB's key.
///
/// The `condemned` database has the same keys → since when (8 bytes, likewise), for artifacts that are files too.
enum ArtifactValue {
    static let headerBytes = 8
    /// Larger ones are files.
    static let maximumBytes = 256 * 1024

    static func key(_ name: ArtifactName) -> [UInt8] {
        Array(name.owner.text.utf8) + [0] + Array(name.hash.text.utf8)
    }

    /// Nil if these are not the bytes of a key.
    static func name(_ key: UnsafeRawBufferPointer) -> ArtifactName? {
        guard let end = key.firstIndex(of: 0),
            let owner = try? OwnerID(String(decoding: key[..<end], as: UTF8.self)),
            let hash = try? ContentHash(String(decoding: key[(end + 1)...], as: UTF8.self))
        else { return nil }
        return ArtifactName(owner: owner, hash: hash)
    }

    static func bytes(in value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: value.dropFirst(headerBytes))
    }

    /// Zero for a value too short to hold a time.
    static func time(in value: UnsafeRawBufferPointer) -> Milliseconds {
        guard value.count >= headerBytes else { return 0 }
        return Int64(littleEndian: value.loadUnaligned(as: Int64.self))
    }

    static func time(_ milliseconds: Milliseconds) -> [UInt8] {
        withUnsafeBytes(of: milliseconds.littleEndian) { Array($0) }
    }

    /// Whether the value holds exactly these bytes; a damaged one does not and is written anew.
    static func holds(_ value: UnsafeRawBufferPointer, _ bytes: [UInt8]) -> Bool {
        guard value.count == headerBytes + bytes.count else { return false }
        return bytes.withUnsafeBytes { given in
            guard let start = given.baseAddress, let stored = value.baseAddress else { return true }
            return memcmp(start, stored + headerBytes, given.count) == 0
        }
    }

    static func store(_ bytes: [UInt8], touchedAt: Milliseconds, into space: UnsafeMutableRawBufferPointer) {
        space.storeBytes(of: touchedAt.littleEndian, as: Int64.self)
        UnsafeMutableRawBufferPointer(rebasing: space[headerBytes...]).copyBytes(from: bytes)
    }
}
