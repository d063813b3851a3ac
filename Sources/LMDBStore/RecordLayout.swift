import Orchestration

/// The bytes of a record as stored, all numbers little-endian:
///
///     0  magic 0xDA · 1 layout version · 2 kind · 3 state · 4 record format (2) · 6 flags (2)
///     8  due (8) · 16 revision (8) · 24 key text bytes (4) · 28 body bytes (4)
///     32 checksum of the body (8) · 40 checksum of bytes 0–39, the key text and the LMDB key (8)
///     48 key text: each component as length (2) and UTF-8 · then the body
///
/// The header has a checksum of its own because scans read nothing else, and it covers the body's: header and body of
/// two records cannot be mixed. The key text stands here because the LMDB key may hold digests. A new layout raises the
/// store's format, which is looked at before any record is.
enum RecordLayout {
    static let magic: UInt8 = 0xDA
    static let version: UInt8 = 1
    static let headerBytes = 48
    static let tombstoneFlag: UInt16 = 1
    static let dueFlag: UInt16 = 2

    static func keyText(_ key: StoreKey) -> [UInt8] {
        var text: [UInt8] = []
        for component in key.components {
            let count = UInt16(component.utf8.count)
            text.append(UInt8(truncatingIfNeeded: count))
            text.append(UInt8(truncatingIfNeeded: count >> 8))
            text.append(contentsOf: component.utf8)
        }
        return text
    }

    static func key(fromText text: UnsafeRawBufferPointer) -> StoreKey? {
        var components: [String] = []
        var offset = 0
        while offset < text.count {
            guard offset + 2 <= text.count else { return nil }
            let count = Int(UInt16(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
            offset += 2
            guard offset + count <= text.count else { return nil }
            let bytes = UnsafeRawBufferPointer(rebasing: text[offset..<offset + count])
            guard let component = String(validating: bytes, as: UTF8.self) else { return nil }
            components.append(component)
            offset += count
        }
        return StoreKey(components)
    }
}

/// A record made ready on the caller's thread, so that the writer thread only copies.
struct PreparedRecord: Sendable {
    let key: EncodedKey
    let keyText: [UInt8]
    let expected: RecordWrite.Expectation
    let header: RecordHeader
    let isTombstone: Bool
    let body: [UInt8]
    let bodyChecksum: UInt64

    /// The write is within ``StoreLimits``.
    init(_ write: RecordWrite) {
        key = EncodedKey(write.key)
        keyText = RecordLayout.keyText(write.key)
        expected = write.expected
        header = write.header
        isTombstone = write.isTombstone
        body = write.body
        bodyChecksum = Checksum.of(write.body)
    }

    var storedBytes: Int { RecordLayout.headerBytes + keyText.count + body.count }

    /// Fills `space`, which has ``storedBytes`` bytes.
    func store(revision: Revision, into space: UnsafeMutableRawBufferPointer) {
        var flags: UInt16 = isTombstone ? RecordLayout.tombstoneFlag : 0
        if header.due != nil { flags |= RecordLayout.dueFlag }
        space[0] = RecordLayout.magic
        space[1] = RecordLayout.version
        space[2] = header.kind
        space[3] = header.state
        space.storeBytes(of: header.format.littleEndian, toByteOffset: 4, as: UInt16.self)
        space.storeBytes(of: flags.littleEndian, toByteOffset: 6, as: UInt16.self)
        space.storeBytes(of: (header.due ?? 0).littleEndian, toByteOffset: 8, as: Int64.self)
        space.storeBytes(of: revision.number.littleEndian, toByteOffset: 16, as: UInt64.self)
        space.storeBytes(of: UInt32(keyText.count).littleEndian, toByteOffset: 24, as: UInt32.self)
        space.storeBytes(of: UInt32(body.count).littleEndian, toByteOffset: 28, as: UInt32.self)
        space.storeBytes(of: bodyChecksum.littleEndian, toByteOffset: 32, as: UInt64.self)
        let bodyStart = RecordLayout.headerBytes + keyText.count
        UnsafeMutableRawBufferPointer(rebasing: space[RecordLayout.headerBytes..<bodyStart]).copyBytes(from: keyText)
        UnsafeMutableRawBufferPointer(rebasing: space[bodyStart...]).copyBytes(from: body)
        let checksum = RecordView.headerChecksum(
            UnsafeRawBufferPointer(space), keyTextBytes: keyText.count, key: key.bytes)
        space.storeBytes(of: checksum.littleEndian, toByteOffset: 40, as: UInt64.self)
    }
}
