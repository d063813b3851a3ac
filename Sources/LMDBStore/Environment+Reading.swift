import CLMDB
import Orchestration

/// A snapshot of the store while a read goes on. Cannot be copied or kept; what it lends dies with it.
struct ReadTransaction: ~Copyable {
    let handle: OpaquePointer
    let databases: Environment.Databases

    /// The number of the transaction whose result this is.
    var id: Int { mdb_txn_id(handle) }

    func value(_ database: MDB_dbi, _ key: [UInt8]) throws(LMDBFailure) -> UnsafeRawBufferPointer? {
        try Transactions.value(handle, database, key)
    }

    /// As ``value(_:_:)``, with the error for people.
    func found(_ database: MDB_dbi, _ key: [UInt8]) throws(StoreError) -> UnsafeRawBufferPointer? {
        do throws(LMDBFailure) { return try value(database, key) } catch { throw error.storeError }
    }

    func meta() throws(StoreError) -> StoreMeta { try Transactions.meta(handle, databases) }

    /// Lends key and value of each entry from `start` on (from behind it if `excluding`), until `body` returns false.
    func walk(
        _ database: MDB_dbi, from start: [UInt8], excluding: Bool = false,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(StoreError) -> Bool
    ) throws(StoreError) {
        var cursor: OpaquePointer?
        let opened = mdb_cursor_open(handle, database, &cursor)
        guard opened == MDB_SUCCESS, let cursor else {
            throw LMDBFailure(code: opened, action: "opening a cursor").storeError
        }
        defer { mdb_cursor_close(cursor) }
        var key = MDB_val()
        var value = MDB_val()
        var code = start.withUnsafeBytes { bytes in
            key = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return mdb_cursor_get(cursor, &key, &value, bytes.isEmpty ? MDB_FIRST : MDB_SET_RANGE)
        }
        if code == MDB_SUCCESS, excluding, Transactions.bytes(key).elementsEqual(start) {
            code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
        }
        while code == MDB_SUCCESS {
            guard try body(Transactions.bytes(key), Transactions.bytes(value)) else { return }
            code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
        }
        guard code == MDB_NOTFOUND else { throw LMDBFailure(code: code, action: "reading on").storeError }
    }
}

extension Environment {
    /// Runs `body` in a read transaction. Short by contract: a read that stays open keeps old pages from being reused.
    func read<Result>(
        _ body: (borrowing ReadTransaction) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let (handle, reads) = try beginRead()
        defer {
            mdb_txn_reset(handle)
            leave(keeping: handle)
        }
        let transaction = ReadTransaction(handle: handle, databases: databases)
        let result = try body(transaction)
        if reads % readsBetweenTrims == 0 { trimPages(in: transaction) }
        return result
    }

    /// The newest transaction of any process, by a look at memory. May run ahead of what a reader sees by an instant:
    /// the file is written before the number that readers go by.
    func newestTransaction() throws(StoreError) -> Int {
        _ = try enter(isRead: false)
        defer { leave() }
        var info = MDB_envinfo()
        mdb_env_info(self.handle, &info)
        return info.me_last_txnid
    }

    /// Frees the slots of readers that died: each would pin old pages for ever.
    func clearStaleReaders() throws(StoreError) {
        _ = try enter(isRead: false)
        defer { leave() }
        var cleared: Int32 = 0
        let code = mdb_reader_check(self.handle, &cleared)
        if code != MDB_SUCCESS { throw LMDBFailure(code: code, action: "clearing stale readers").error(in: path) }
    }

    /// Inside the gate when it returns; the caller leaves it with the transaction.
    private func beginRead() throws(StoreError) -> (handle: OpaquePointer, reads: UInt64) {
        var attempts = 0
        while true {
            let entry = try enter(isRead: true)
            let (code, transaction) = begin(entry.idle)
            if code == MDB_SUCCESS, let transaction { return (transaction, entry.reads) }
            leave()
            attempts += 1
            guard attempts < 16 else { throw LMDBFailure(code: code, action: "reading").error(in: path) }
            switch code {
            case MDB_MAP_RESIZED: try adoptMapSize()
            case MDB_READERS_FULL: try clearStaleReaders()
            default: throw LMDBFailure(code: code, action: "reading").error(in: path)
            }
        }
    }

    private func begin(_ idle: OpaquePointer?) -> (Int32, OpaquePointer?) {
        if let idle {
            let code = mdb_txn_renew(idle)
            if code == MDB_SUCCESS { return (code, idle) }
            mdb_txn_abort(idle)
            return (code, nil)
        }
        var transaction: OpaquePointer?
        let code = mdb_txn_begin(self.handle, nil, UInt32(MDB_RDONLY), &transaction)
        return (code, transaction)
    }
}
