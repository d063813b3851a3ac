import Orchestration

/// The one record of the `meta` database, 56 bytes, little-endian: `DARKROOM`, format (4), unused (4), store id (16),
/// newest revision (8), unused (8), checksum of the 48 bytes before it (8).
struct StoreMeta: Equatable {
    static let format: UInt32 = 1
    static let bytes = 56
    private static let magic = Array("DARKROOM".utf8)

    /// Random, made with the store: tells two directories apart.
    let storeID: [UInt8]
    var revision: Revision

    init(storeID: [UInt8], revision: Revision) {
        precondition(storeID.count == 16, "a store id has 16 bytes")
        self.storeID = storeID
        self.revision = revision
    }

    static func fresh() -> StoreMeta {
        var generator = SystemRandomNumberGenerator()
        return StoreMeta(storeID: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }, revision: .zero)
    }

    /// - Throws: `corrupt` or `newer_format`.
    init(reading bytes: UnsafeRawBufferPointer) throws(StoreError) {
        guard bytes.count >= 16, bytes.starts(with: Self.magic) else {
            throw StoreError(.corrupt, "the directory holds an LMDB store of another program")
        }
        let format = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
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
        storeID = Array(bytes[16..<32])
        revision = Revision(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self)))
    }

    var encoded: [UInt8] {
        var bytes = Self.magic
        append(Self.format, to: &bytes)
        append(UInt32(0), to: &bytes)
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
