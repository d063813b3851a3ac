import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

extension Environment {
    /// Opens the databases of a store that exists, or makes a new store in an environment that is empty.
    ///
    /// A database handle opened in a transaction that is aborted is closed again, so both ways end in a commit.
    static func openDatabases(_ handle: OpaquePointer, path: String) throws(StoreError) -> Databases {
        if let databases = try inTransaction(handle, path, flags: MDB_RDONLY, existing) { return databases }
        let made = try inTransaction(handle, path, flags: 0) { transaction throws(StoreError) -> Databases? in
            // Another process may have made the store since the look above.
            if let databases = try existing(transaction) { return databases }
            return try make(transaction)
        }
        guard let made else { throw StoreError(.io, "\(path) could not be made a store") }
        // The files' names must survive a power cut as their content does.
        try Files.syncDirectory(path)
        return made
    }

    private static func inTransaction(
        _ handle: OpaquePointer, _ path: String, flags: Int32,
        _ body: (OpaquePointer) throws(StoreError) -> Databases?
    ) throws(StoreError) -> Databases? {
        var begun: OpaquePointer?
        let code = mdb_txn_begin(handle, nil, UInt32(flags), &begun)
        guard code == MDB_SUCCESS, let transaction = begun else {
            throw LMDBFailure(code: code, action: "opening the store").error(in: path)
        }
        let databases: Databases?
        do throws(StoreError) {
            databases = try body(transaction)
        } catch {
            mdb_txn_abort(transaction)
            throw StoreError(error.code, "\(path): \(error.message)")
        }
        guard databases != nil else {
            mdb_txn_abort(transaction)
            return nil
        }
        let committed = mdb_txn_commit(transaction)
        if committed != MDB_SUCCESS {
            throw LMDBFailure(code: committed, action: "opening the store").error(in: path)
        }
        return databases
    }

    /// Nil if the environment is empty.
    private static func existing(_ transaction: OpaquePointer) throws(StoreError) -> Databases? {
        do throws(LMDBFailure) {
            if try isEmpty(transaction) { return nil }
        } catch {
            throw error.storeError
        }
        var databases = Databases()
        try open("meta", transaction, 0, &databases.meta)
        // Before the rest: a newer format may have other databases.
        _ = try Transactions.meta(transaction, databases)
        try openData(transaction, flags: 0, &databases)
        return databases
    }

    private static func isEmpty(_ transaction: OpaquePointer) throws(LMDBFailure) -> Bool {
        var main: MDB_dbi = 0
        try LMDBFailure.check(mdb_dbi_open(transaction, nil, 0, &main), "looking at the store")
        var statistics = MDB_stat()
        try LMDBFailure.check(mdb_stat(transaction, main, &statistics), "looking at the store")
        return statistics.ms_entries == 0
    }

    private static func make(_ transaction: OpaquePointer) throws(StoreError) -> Databases {
        var databases = Databases()
        try open("meta", transaction, MDB_CREATE, &databases.meta)
        try openData(transaction, flags: MDB_CREATE, &databases)
        let meta = StoreMeta.fresh().encoded
        var value = MDB_val(mv_size: meta.count, mv_data: nil)
        let code = Transactions.withValue(Transactions.metaKey) {
            mdb_put(transaction, databases.meta, &$0, &value, UInt32(MDB_RESERVE))
        }
        if code != MDB_SUCCESS { throw LMDBFailure(code: code, action: "making the store").storeError }
        UnsafeMutableRawBufferPointer(start: value.mv_data, count: meta.count).copyBytes(from: meta)
        return databases
    }

    private static func openData(
        _ transaction: OpaquePointer, flags: Int32, _ databases: inout Databases
    ) throws(StoreError) {
        try open("records", transaction, flags, &databases.records)
        try open("changes", transaction, flags, &databases.changes)
        try open("artifacts", transaction, flags, &databases.artifacts)
    }

    private static func open(
        _ name: String, _ transaction: OpaquePointer, _ flags: Int32, _ database: inout MDB_dbi
    ) throws(StoreError) {
        switch mdb_dbi_open(transaction, name, UInt32(flags), &database) {
        case MDB_SUCCESS: return
        case MDB_NOTFOUND, MDB_INCOMPATIBLE:
            throw StoreError(.corrupt, "this is an LMDB store of another program (no database \"\(name)\")")
        case let code: throw LMDBFailure(code: code, action: "opening the database \"\(name)\"").storeError
        }
    }
}
