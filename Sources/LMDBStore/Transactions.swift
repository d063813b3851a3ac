import CLMDB
import Orchestration

/// What read and write transactions have in common.
enum Transactions {
    /// Lends a value; nil if the key is not there.
    static func value(
        _ transaction: OpaquePointer, _ database: MDB_dbi, _ key: [UInt8]
    ) throws(LMDBFailure) -> UnsafeRawBufferPointer? {
        var value = MDB_val()
        let code = withValue(key) { mdb_get(transaction, database, &$0, &value) }
        if code == MDB_NOTFOUND { return nil }
        try LMDBFailure.check(code, "reading a value")
        return bytes(value)
    }

    /// - Throws: `corrupt` or `newer_format`; `corrupt` also if there is none.
    static func meta(_ transaction: OpaquePointer, _ databases: Environment.Databases) throws(StoreError) -> StoreMeta {
        let found: UnsafeRawBufferPointer?
        do throws(LMDBFailure) {
            found = try value(transaction, databases.meta, metaKey)
        } catch {
            throw error.storeError
        }
        guard let found else {
            throw StoreError(.corrupt, "the store's own record is missing: restore a backup")
        }
        return try StoreMeta(reading: found)
    }

    static let metaKey = Array("store".utf8)

    static func bytes(_ value: MDB_val) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
    }

    /// Lends `bytes` as LMDB wants them; it does not write to them.
    static func withValue<Result>(_ bytes: [UInt8], _ body: (inout MDB_val) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            var value = MDB_val(
                mv_size: buffer.count, mv_data: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
            return body(&value)
        }
    }
}
