import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

extension Environment {
    /// Makes sure that no page of the map lies behind the end of the file, where a look would kill the process (SIGBUS).
    ///
    /// A short file may be sound: pages that the last transactions allocated and freed again are never written. So the
    /// file is first made long enough, which fills the gap with zeros and never overwrites what another process
    /// appends meanwhile, and then every page in use is visited: a page of zeros among them is found out.
    static func checkedLength(_ handle: OpaquePointer, path: String) throws(LMDBFailure) -> OpaquePointer {
        do throws(LMDBFailure) {
            if try extendFile(handle) {
                do throws(LMDBFailure) {
                    try visitEverything(handle)
                } catch {
                    // Whatever LMDB stumbled over, it is a page that is not there.
                    throw LMDBFailure(code: error.code < 0 ? MDB_CORRUPTED : error.code, action: error.action)
                }
            }
            return handle
        } catch {
            mdb_env_close(handle)
            throw error
        }
    }

    private static func extendFile(_ handle: OpaquePointer) throws(LMDBFailure) -> Bool {
        var info = MDB_envinfo()
        try LMDBFailure.check(mdb_env_info(handle, &info), "reading the file's description")
        var statistics = MDB_stat()
        try LMDBFailure.check(mdb_env_stat(handle, &statistics), "reading the file's description")
        var file: Int32 = -1
        try LMDBFailure.check(mdb_env_get_fd(handle, &file), "reading the file's description")
        var status = stat()
        guard fstat(file, &status) == 0 else { throw LMDBFailure(code: errno, action: "looking at the file") }
        let needed = (info.me_last_pgno + 1) * Int(statistics.ms_psize)
        let missing = needed - Int(status.st_size)
        guard missing > 0 else { return false }
        try LMDBFailure.check(posix_fallocate(file, Int(status.st_size), missing), "completing the file")
        return true
    }

    private static func visitEverything(_ handle: OpaquePointer) throws(LMDBFailure) {
        var begun: OpaquePointer?
        try LMDBFailure.check(mdb_txn_begin(handle, nil, UInt32(MDB_RDONLY), &begun), "checking the file")
        guard let transaction = begun else { return }
        defer { mdb_txn_abort(transaction) }
        var main: MDB_dbi = 0
        try LMDBFailure.check(mdb_dbi_open(transaction, nil, 0, &main), "checking the file")
        var names: [[UInt8]] = []
        try visit(transaction, main) { names.append(Array($0)) }
        for name in names {
            var database: MDB_dbi = 0
            let code = String(decoding: name, as: UTF8.self).withCString { mdb_dbi_open(transaction, $0, 0, &database) }
            if code == MDB_INCOMPATIBLE { continue }
            try LMDBFailure.check(code, "checking the file")
            try visit(transaction, database) { _ in }
        }
    }

    private static func visit(
        _ transaction: OpaquePointer, _ database: MDB_dbi, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(LMDBFailure) {
        var cursor: OpaquePointer?
        try LMDBFailure.check(mdb_cursor_open(transaction, database, &cursor), "checking the file")
        guard let cursor else { return }
        defer { mdb_cursor_close(cursor) }
        var key = MDB_val()
        var value = MDB_val()
        var code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
        while code == MDB_SUCCESS {
            // LMDB stores no empty keys: this one was read from zeros.
            if key.mv_size == 0 { throw LMDBFailure(code: MDB_CORRUPTED, action: "checking the file") }
            body(Transactions.bytes(key))
            code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
        }
        if code != MDB_NOTFOUND { throw LMDBFailure(code: code, action: "checking the file") }
    }
}
