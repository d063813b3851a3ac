import ProcessDriving

/// The number of LMDB's last committed transaction, read from the two meta pages at the head of its file: the commits of
/// every process, artifacts included, without taking part in the store.
enum CommitCounter {
    static func transactions(in directory: String) throws -> UInt64 {
        let head = try Files.bytes("\(directory)/data.mdb", atMost: 2 * 65_536)
        let pageSize = Int(try number(UInt32.self, at: Offset.pageSize, in: head))
        return max(try transaction(at: 0, in: head), try transaction(at: pageSize, in: head))
    }

    /// Of LMDB 0.9's 64-bit little-endian format: a page's head of 16 bytes, then `MDB_meta`.
    private enum Offset {
        static let magic = 16
        static let pageSize = 16 + 24
        static let transaction = 16 + 24 + 2 * 48 + 8
    }

    private static func transaction(at page: Int, in head: [UInt8]) throws -> UInt64 {
        guard try number(UInt32.self, at: page + Offset.magic, in: head) == 0xBEEF_C0DE else {
            throw BenchFailure("this is not the head of an LMDB file")
        }
        return try number(UInt64.self, at: page + Offset.transaction, in: head)
    }

    private static func number<Number: FixedWidthInteger>(
        _ type: Number.Type, at offset: Int, in bytes: [UInt8]
    ) throws -> Number {
        let end = offset + MemoryLayout<Number>.size
        guard offset >= 0, end <= bytes.count else { throw BenchFailure("the head of the LMDB file is cut off") }
        return bytes[offset..<end].reversed().reduce(0) { $0 << 8 | Number($1) }
    }
}
