import Orchestration

/// Which side's records a directory holds. The two never share one: each would take the other's records for its own.
public enum StoreRole: UInt32, Sendable {
    /// Jobs: `initiator` and `receiver`.
    case control = 1
    /// Runs: `worker`.
    case worker = 2

    /// In an error's words.
    var description: String {
        switch self {
        case .control: "the directory of an initiator or receiver (it holds jobs)"
        case .worker: "the directory of a worker (it holds runs)"
        }
    }
}

/// The one record of the `meta` database, 56 bytes, little-endian: `DARKROOM`, format (4), role (4; 0 if none is known),
/// store id (16), newest revision (8), unused (8), checksum of the 48 bytes before it (8).
///
/// Format 1 had no role and no `condemned` database. It is taken up to format 2 when it is first opened for writing.
struct StoreMeta: Equatable {
    static let format: UInt32 = 2
    static let bytes = 56
    private static let magic = Array("DARKROOM".utf8)

    /// The format that it was read in; it is written in the newest.
    let format: UInt32
    var role: StoreRole?
    /// Random, made with the store: tells two directories apart.
    let storeID: [UInt8]
    var revision: Revision

    static func fresh(role: StoreRole?) -> StoreMeta {
        var generator = SystemRandomNumberGenerator()
        return StoreMeta(
            format: format, role: role, storeID: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) },
            revision: .zero)
    }

    var encoded: [UInt8] {
        var bytes = Self.magic
        append(Self.format, to: &bytes)
        append(role?.rawValue ?? 0, to: &bytes)
        bytes.append(contentsOf: storeID)
        append(revision.number, to: &bytes)
        append(UInt64(0), to: &bytes)
        append(Checksum.of(bytes), to: &bytes)
        return bytes
    }

    private func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

extension StoreMeta {
    /// - Throws: `corrupt` or `newer_format`.
    init(reading bytes: UnsafeRawBufferPointer) throws(StoreError) {
        guard bytes.count >= 16, bytes.starts(with: Self.magic) else {
            throw StoreError(.corrupt, "the directory holds an LMDB store of another program")
        }
        format = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard format <= Self.format else {
            throw StoreError(
                .newerFormat,
                "the store has format \(format), this program knows \(Self.format): use the newer Darkroom that wrote it"
            )
        }
        guard bytes.count == Self.bytes else {
            throw StoreError(.corrupt, "the store's own record has \(bytes.count) bytes: restore a backup")
        }
        let checksum = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 48, as: UInt64.self))
        guard Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<48])) == checksum else {
            throw StoreError(.corrupt, "the store's own record does not match its checksum: restore a backup")
        }
        role = StoreRole(rawValue: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)))
        storeID = Array(bytes[16..<32])
        revision = Revision(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)))
    }
}
