import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

extension Environment {
    /// Opens the databases of a store that exists, takes an older one up to the present format, or makes a new store in
    /// an environment that is empty.
    ///
    /// A database handle opened in a transaction that is aborted is closed again, so all ways end in a commit.
    static func openDatabases(
        _ handle: OpaquePointer, path: String, options: LMDBStore.Options
    ) throws(StoreError) -> Databases {
        let found = try inTransaction(handle, path, flags: MDB_RDONLY) { transaction throws(StoreError) in
            try existing(transaction, role: options.role)
        }
        if let found, found.isPresent || options.isReadOnly { return found.databases }
        if found == nil && options.requiresStore { throw StoreError.noStore(path) }
        let made = try inTransaction(handle, path, flags: 0) { transaction throws(StoreError) -> Databases? in
            // Another process may have made the store since the look above.
            guard let found = try existing(transaction, role: options.role) else {
                return try make(transaction, role: options.role)
            }
            return try found.isPresent ? found.databases : upgrade(transaction, found, role: options.role)
        }
        guard let made else { throw StoreError(.io, "\(path) could not be made a store") }
        // The files' names must survive a power cut as their content does.
        try Files.syncDirectory(path)
        return made
    }

    /// A store as it was found.
    private struct Found {
        var databases: Databases
        var meta: StoreMeta
        /// Whether nothing is left to be written before it is used.
        var isPresent: Bool
    }

    private static func inTransaction<Result>(
        _ handle: OpaquePointer, _ path: String, flags: Int32,
        _ body: (OpaquePointer) throws(StoreError) -> Result?
    ) throws(StoreError) -> Result? {
        var begun: OpaquePointer?
        let code = mdb_txn_begin(handle, nil, UInt32(flags), &begun)
        guard code == MDB_SUCCESS, let transaction = begun else {
            throw LMDBFailure(code: code, action: "opening the store").error(in: path)
        }
        let result: Result?
        do throws(StoreError) {
            result = try body(transaction)
        } catch {
            mdb_txn_abort(transaction)
            throw StoreError(error.code, "\(path): \(error.message)")
        }
        guard result != nil else {
            mdb_txn_abort(transaction)
            return nil
        }
        let committed = mdb_txn_commit(transaction)
        if committed != MDB_SUCCESS {
            throw LMDBFailure(code: committed, action: "opening the store").error(in: path)
        }
        return result
    }

    /// Nil if the environment is empty.
    private static func existing(_ transaction: OpaquePointer, role: StoreRole?) throws(StoreError) -> Found? {
        do throws(LMDBFailure) {
            if try isEmpty(transaction) { return nil }
        } catch {
            throw error.storeError
        }
        var databases = Databases()
        try open("meta", transaction, 0, &databases.meta)
        // Before the rest: a newer format may have other databases.
        let meta = try Transactions.meta(transaction, databases)
        try openData(transaction, flags: 0, &databases)
        let known = if let role = meta.role { role } else { try roleByRecords(transaction, databases) }
        if let known, let role, known != role {
            throw StoreError(.wrongRole, "this is \(known.description): give this process a directory of its own")
        }
        let isMarked = role == nil || meta.role != nil
        guard meta.format >= 2 else { return Found(databases: databases, meta: meta, isPresent: false) }
        databases.condemned = try openCondemned(transaction, flags: 0)
        return Found(databases: databases, meta: meta, isPresent: isMarked)
    }

    /// What a store without a mark holds; nil if it holds nothing that tells.
    private static func roleByRecords(
        _ transaction: OpaquePointer, _ databases: Databases
    ) throws(StoreError) -> StoreRole? {
        var role: StoreRole?
        let reading = ReadTransaction(handle: transaction, databases: databases)
        try reading.walk(databases.records, from: []) { key, value in
            guard case .record(let view) = RecordView.read(value, key: key),
                let kind = RecordKind(rawValue: view.header.kind)
            else { return true }
            role = kind == .run ? .worker : .control
            return false
        }
        return role
    }

    private static func isEmpty(_ transaction: OpaquePointer) throws(LMDBFailure) -> Bool {
        var main: MDB_dbi = 0
        try LMDBFailure.check(mdb_dbi_open(transaction, nil, 0, &main), "looking at the store")
        var statistics = MDB_stat()
        try LMDBFailure.check(mdb_stat(transaction, main, &statistics), "looking at the store")
        return statistics.ms_entries == 0
    }

    private static func make(_ transaction: OpaquePointer, role: StoreRole?) throws(StoreError) -> Databases {
        var databases = Databases()
        try open("meta", transaction, MDB_CREATE, &databases.meta)
        try openData(transaction, flags: MDB_CREATE, &databases)
        databases.condemned = try openCondemned(transaction, flags: MDB_CREATE)
        try put(StoreMeta.fresh(role: role), transaction, databases)
        return databases
    }

    private static func upgrade(
        _ transaction: OpaquePointer, _ found: Found, role: StoreRole?
    ) throws(StoreError) -> Databases {
        var databases = found.databases
        databases.condemned = try openCondemned(transaction, flags: MDB_CREATE)
        var meta = found.meta
        meta.role = meta.role ?? role
        try put(meta, transaction, databases)
        return databases
    }

    private static func put(
        _ meta: StoreMeta, _ transaction: OpaquePointer, _ databases: Databases
    ) throws(StoreError) {
        let bytes = meta.encoded
        var value = MDB_val(mv_size: bytes.count, mv_data: nil)
        let code = Transactions.withValue(Transactions.metaKey) {
            mdb_put(transaction, databases.meta, &$0, &value, UInt32(MDB_RESERVE))
        }
        if code != MDB_SUCCESS { throw LMDBFailure(code: code, action: "marking the store").storeError }
        UnsafeMutableRawBufferPointer(start: value.mv_data, count: bytes.count).copyBytes(from: bytes)
    }

    private static func openData(
        _ transaction: OpaquePointer, flags: Int32, _ databases: inout Databases
    ) throws(StoreError) {
        try open("records", transaction, flags, &databases.records)
        try open("changes", transaction, flags, &databases.changes)
        try open("artifacts", transaction, flags, &databases.artifacts)
    }

    private static func openCondemned(_ transaction: OpaquePointer, flags: Int32) throws(StoreError) -> MDB_dbi {
        var database: MDB_dbi = 0
        try open("condemned", transaction, flags, &database)
        return database
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
