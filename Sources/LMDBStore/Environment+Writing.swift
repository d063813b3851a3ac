import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

/// How a write transaction failed, by what is known of it.
enum CommitFailure: Error {
    /// Nothing was written; the map must grow first.
    case mapFull
    /// Certainly nothing was written.
    case refused(StoreError)
    /// Nobody can say what is on disk.
    case uncertain(StoreError)
}

/// The one write transaction of the moment. Belongs to the thread that began it.
struct WriteTransaction: ~Copyable {
    fileprivate let handle: OpaquePointer
    let databases: Environment.Databases

    func value(_ database: MDB_dbi, _ key: [UInt8]) throws(LMDBFailure) -> UnsafeRawBufferPointer? {
        try Transactions.value(handle, database, key)
    }

    func meta() throws(StoreError) -> StoreMeta { try Transactions.meta(handle, databases) }

    func put(_ database: MDB_dbi, _ key: [UInt8], _ value: [UInt8], flags: Int32 = 0) throws(LMDBFailure) {
        try put(database, key, count: value.count, flags: flags) { $0.copyBytes(from: value) }
    }

    /// Reserves `count` bytes and has `fill` write all of them.
    func put(
        _ database: MDB_dbi, _ key: [UInt8], count: Int, flags: Int32 = 0,
        fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(LMDBFailure) {
        var value = MDB_val(mv_size: count, mv_data: nil)
        let code = Transactions.withValue(key) {
            mdb_put(handle, database, &$0, &value, UInt32(MDB_RESERVE | flags))
        }
        try LMDBFailure.check(code, "writing a value")
        fill(UnsafeMutableRawBufferPointer(start: value.mv_data, count: count))
    }

    /// Does nothing if the key is not there.
    func delete(_ database: MDB_dbi, _ key: [UInt8]) throws(LMDBFailure) {
        let code = Transactions.withValue(key) { mdb_del(handle, database, &$0, nil) }
        if code != MDB_NOTFOUND { try LMDBFailure.check(code, "deleting a value") }
    }

    /// Deletes entries from the front of a database for as long as `isDue` says so, at most `limit`.
    func trim(_ database: MDB_dbi, limit: Int, while isDue: (UnsafeRawBufferPointer) -> Bool) throws(LMDBFailure) {
        var cursor: OpaquePointer?
        try LMDBFailure.check(mdb_cursor_open(handle, database, &cursor), "opening a cursor")
        guard let cursor else { return }
        defer { mdb_cursor_close(cursor) }
        for _ in 0..<limit {
            var key = MDB_val()
            var value = MDB_val()
            let code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
            if code == MDB_NOTFOUND { return }
            try LMDBFailure.check(code, "reading the change log")
            guard isDue(Transactions.bytes(key)) else { return }
            try LMDBFailure.check(mdb_cursor_del(cursor, 0), "trimming the change log")
        }
    }
}

extension Environment {
    /// Runs `body` in the write transaction and commits if it returns true. Durable when it returns. Writer thread only.
    /// - Returns: whether it committed.
    func write(
        _ body: (borrowing WriteTransaction) throws(CommitFailure) -> Bool
    ) throws(CommitFailure) -> Bool {
        let transaction = try beginWrite()
        defer { leave() }
        let isChanged: Bool
        do throws(CommitFailure) {
            isChanged = try body(WriteTransaction(handle: transaction, databases: databases))
        } catch {
            mdb_txn_abort(transaction)
            throw error
        }
        guard isChanged else {
            mdb_txn_abort(transaction)
            return false
        }
        let id = mdb_txn_id(transaction)
        let code = mdb_txn_commit(transaction)
        guard code == MDB_SUCCESS else { throw commitFailure(code, transaction: id) }
        return true
    }

    private func beginWrite() throws(CommitFailure) -> OpaquePointer {
        var attempts = 0
        while true {
            do throws(StoreError) {
                _ = try enter(isRead: false)
                var transaction: OpaquePointer?
                let code = mdb_txn_begin(self.handle, nil, 0, &transaction)
                if code == MDB_SUCCESS, let transaction { return transaction }
                leave()
                attempts += 1
                guard code == MDB_MAP_RESIZED, attempts < 16 else {
                    throw LMDBFailure(code: code, action: "beginning to write").error(in: path)
                }
                try adoptMapSize()
            } catch {
                throw CommitFailure.refused(error)
            }
        }
    }

    /// A commit writes pages, syncs them and then writes the meta page. LMDB's own codes come before any of that. A full
    /// disk is certain if the meta page still names an older transaction; LMDB reports the part of a write that found no
    /// room as an input/output error, so room is asked for then. Every other system error may be a failed sync, after
    /// which the page cache proves nothing.
    private func commitFailure(_ code: Int32, transaction: Int) -> CommitFailure {
        let failure = LMDBFailure(code: code, action: "committing")
        if code == MDB_MAP_FULL { return .mapFull }
        if code < 0 && code != MDB_PANIC { return .refused(failure.error(in: path)) }
        var info = MDB_envinfo()
        mdb_env_info(self.handle, &info)
        guard info.me_last_txnid < transaction else { return .uncertain(failure.error(in: path)) }
        if failure.isDiskFull { return .refused(failure.error(in: path)) }
        if code == EIO, let full = lackOfRoom() { return .refused(full.error(in: path)) }
        return .uncertain(failure.error(in: path))
    }

    /// Asks for room behind the end of the file, without touching what another process may be writing there.
    private func lackOfRoom() -> LMDBFailure? {
        var file: Int32 = -1
        var status = stat()
        guard mdb_env_get_fd(self.handle, &file) == MDB_SUCCESS, fstat(file, &status) == 0 else { return nil }
        let code = posix_fallocate(file, Int(status.st_size), 1 << 20)
        let failure = LMDBFailure(code: code, action: "committing")
        return failure.isDiskFull ? failure : nil
    }
}
