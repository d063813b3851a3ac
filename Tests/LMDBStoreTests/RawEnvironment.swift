import CLMDB
import OrchestrationTestKit

/// Changes each value of a database in place, as only damage or another program would. The store is closed.
func rewrite(_ database: String, in directory: String, _ change: (Int, inout [UInt8]) -> Void) throws {
    try withRawDatabase(database, in: directory) { transaction, handle in
        var cursor: OpaquePointer?
        try check(mdb_cursor_open(transaction, handle, &cursor))
        defer { mdb_cursor_close(cursor) }
        var (key, value) = (MDB_val(), MDB_val())
        var index = 0
        while mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS {
            var bytes = Array(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
            change(index, &bytes)
            index += 1
            try bytes.withUnsafeMutableBytes { buffer in
                var changed = MDB_val(mv_size: buffer.count, mv_data: buffer.baseAddress)
                try check(mdb_cursor_put(cursor, &key, &changed, UInt32(MDB_CURRENT)))
            }
        }
    }
}

/// Leaves the file shorter than its page count says, though nothing is missing.
func appendAndDeleteInOneTransaction(in directory: String) throws {
    try withRawDatabase("artifacts", in: directory) { transaction, handle in
        var name = Array("big".utf8)
        try name.withUnsafeMutableBytes { buffer in
            var key = MDB_val(mv_size: buffer.count, mv_data: buffer.baseAddress)
            var value = MDB_val(mv_size: 1_000_000, mv_data: nil)
            try check(mdb_put(transaction, handle, &key, &value, UInt32(MDB_RESERVE)))
            try check(mdb_del(transaction, handle, &key, nil))
        }
    }
}

private func withRawDatabase(
    _ database: String, in directory: String, _ body: (OpaquePointer, MDB_dbi) throws -> Void
) throws {
    var environment: OpaquePointer?
    try check(mdb_env_create(&environment))
    defer { mdb_env_close(environment) }
    try check(mdb_env_set_maxdbs(environment, 8))
    try check(mdb_env_set_mapsize(environment, 1 << 28))
    try check(mdb_env_open(environment, directory, 0, 0o600))
    var begun: OpaquePointer?
    try check(mdb_txn_begin(environment, nil, 0, &begun))
    guard let transaction = begun else { throw ConformanceFailure("no transaction") }
    var handle: MDB_dbi = 0
    do {
        try check(mdb_dbi_open(transaction, database, 0, &handle))
        try body(transaction, handle)
    } catch {
        mdb_txn_abort(transaction)
        throw error
    }
    try check(mdb_txn_commit(transaction))
}

private func check(_ code: Int32, line: Int = #line) throws {
    if code != MDB_SUCCESS { throw ConformanceFailure(String(cString: mdb_strerror(code)), line: line) }
}

/// Takes a database away with all that is in it.
func dropDatabase(_ database: String, in directory: String) throws {
    try withRawDatabase(database, in: directory) { transaction, handle in
        try check(mdb_drop(transaction, handle, 1))
    }
}
