import JSONCoding
import JobModel

/// The key that links are signed with, as it is stored: one for a store.
struct LinkKey: StorableRecord, Hashable {
    static var kind: RecordKind { .linkKey }
    static let format: UInt16 = 1

    let bytes: [UInt8]
    let createdAt: Milliseconds
    var writeID: UInt64 = 0

    var headerState: UInt8 { 0 }
    var due: Milliseconds? { nil }

    private enum CodingKeys: String, CodingKey {
        case bytes = "key"
        case createdAt
        case writeID = "writeId"
    }

    static let length = 32

    init(from random: any RandomSource, createdAt: Milliseconds) {
        bytes = (0..<Self.length / 8).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
        self.createdAt = createdAt
        writeID = random.next() >> 11
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard let bytes = Base64.decode(try values.decode(String.self, forKey: .bytes)),
            bytes.count == Self.length
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .bytes, in: values, debugDescription: "must be base64 of \(Self.length) bytes")
        }
        self.bytes = bytes
        createdAt = try values.decode(Milliseconds.self, forKey: .createdAt)
        writeID = try values.decode(UInt64.self, forKey: .writeID)
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Base64.encode(bytes), forKey: .bytes)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encode(writeID, forKey: .writeID)
    }

    static func read(_ store: any KeyValueStore) throws(StoreError) -> LinkKey? {
        guard let stored = try store.get(Keys.linkKey), !stored.isTombstone else { return nil }
        return try RecordCoding.decode(LinkKey.self, from: stored)
    }
}
