import Orchestration

/// A stored record read in place. Lives no longer than the transaction whose memory it looks at.
struct RecordView {
    enum Reading {
        case record(RecordView)
        /// Says in what way.
        case damaged(String)
    }

    private let bytes: UnsafeRawBufferPointer

    /// Checks everything but the body.
    static func read(_ bytes: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> Reading {
        guard bytes.count >= RecordLayout.headerBytes, bytes[0] == RecordLayout.magic,
            bytes[1] == RecordLayout.version
        else { return .damaged("it does not begin as a record does") }
        let view = RecordView(bytes: bytes)
        guard view.bodyStart + view.bodyBytes == bytes.count else {
            return .damaged("its lengths do not add up")
        }
        let found = headerChecksum(bytes, keyTextBytes: view.keyTextBytes, key: Array(key))
        guard found == view.number(40, UInt64.self) else {
            return .damaged("its header does not match its checksum")
        }
        return .record(view)
    }

    /// A copy of the whole record.
    /// - Throws: `corrupt`, naming the key as well as it is known.
    static func record(
        in value: UnsafeRawBufferPointer, at stored: UnsafeRawBufferPointer, named key: StoreKey? = nil
    ) throws(StoreError) -> StoredRecord {
        func damage(_ reason: String) -> StoreError {
            let encoded = EncodedKey(stored: stored)
            let name = key ?? Self.key(in: value, foundAt: encoded) ?? encoded.decoded
            return StoreError(.corrupt, "the record \(name?.redacted ?? "of a lost key") is damaged: \(reason)")
        }
        switch read(value, key: stored) {
        case .damaged(let reason): throw damage(reason)
        case .record(let view):
            guard let key = key ?? view.key else { throw damage("its key cannot be read") }
            guard let body = view.body else { throw damage("its body does not match its checksum") }
            return StoredRecord(
                key: key, revision: view.revision, header: view.header, body: body, isTombstone: view.isTombstone)
        }
    }

    static func headerChecksum(_ bytes: UnsafeRawBufferPointer, keyTextBytes: Int, key: [UInt8]) -> UInt64 {
        let header = Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[..<40]))
        let text = bytes[RecordLayout.headerBytes..<RecordLayout.headerBytes + keyTextBytes]
        return Checksum.of(key, seed: Checksum.of(UnsafeRawBufferPointer(rebasing: text), seed: header))
    }

    /// The key that the record itself names, damaged or not; believed only if it encodes to where the record was found.
    static func key(in bytes: UnsafeRawBufferPointer, foundAt stored: EncodedKey) -> StoreKey? {
        guard bytes.count >= RecordLayout.headerBytes else { return nil }
        let view = RecordView(bytes: bytes)
        guard view.bodyStart <= bytes.count, let key = view.key else { return nil }
        return EncodedKey(key) == stored ? key : nil
    }

    var revision: Revision { Revision(number(16, UInt64.self)) }
    var isTombstone: Bool { number(6, UInt16.self) & RecordLayout.tombstoneFlag != 0 }

    var header: RecordHeader {
        let hasDue = number(6, UInt16.self) & RecordLayout.dueFlag != 0
        return RecordHeader(
            kind: bytes[2], state: bytes[3], format: number(4, UInt16.self), due: hasDue ? number(8, Int64.self) : nil)
    }

    var key: StoreKey? {
        RecordLayout.key(
            fromText: UnsafeRawBufferPointer(rebasing: bytes[RecordLayout.headerBytes..<bodyStart]))
    }

    /// A copy of the body; nil if it does not match its checksum.
    var body: [UInt8]? {
        let body = UnsafeRawBufferPointer(rebasing: bytes[bodyStart...])
        return Checksum.of(body) == number(32, UInt64.self) ? Array(body) : nil
    }

    private var keyTextBytes: Int { Int(number(24, UInt32.self)) }
    private var bodyBytes: Int { Int(number(28, UInt32.self)) }
    private var bodyStart: Int { RecordLayout.headerBytes + keyTextBytes }

    private func number<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}
