import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

extension Environment {
    /// A description that two other commits replaced before it was read is looked for again so many times.
    private static let attempts = 16

    /// Makes sure that no page of the map lies behind the end of the file, where a look would kill the process (SIGBUS).
    ///
    /// A short file may be sound: pages that the last transactions allocated and freed again are never written. So the
    /// file is first made long enough, which fills the gap with zeros and never overwrites what another process
    /// appends meanwhile, and then every page in use is visited: a page of zeros among them is found out. A file that may
    /// only be read stays short: no page in use is missing then.
    static func checkedLength(
        _ handle: OpaquePointer, path: String, options: LMDBStore.Options
    ) throws(LMDBFailure) -> OpaquePointer {
        do throws(LMDBFailure) {
            let isShort = try isShort(handle, mayExtend: !options.isReadOnly)
            if isShort || options.checksPages { try visitEverything(handle) }
            return handle
        } catch {
            mdb_env_close(handle)
            throw error
        }
    }

    /// Whether the file was shorter than its description says.
    private static func isShort(_ handle: OpaquePointer, mayExtend: Bool) throws(LMDBFailure) -> Bool {
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
        guard mayExtend else { return true }
        try LMDBFailure.check(posix_fallocate(file, Int(status.st_size), missing), "completing the file")
        return true
    }

    private static func visitEverything(_ handle: OpaquePointer) throws(LMDBFailure) {
        var file: Int32 = -1
        try LMDBFailure.check(mdb_env_get_fd(handle, &file), "checking the file")
        var statistics = MDB_stat()
        try LMDBFailure.check(mdb_env_stat(handle, &statistics), "checking the file")
        for _ in 0..<attempts {
            var begun: OpaquePointer?
            try LMDBFailure.check(mdb_txn_begin(handle, nil, UInt32(MDB_RDONLY), &begun), "checking the file")
            guard let transaction = begun else { return }
            defer { mdb_txn_abort(transaction) }
            do throws(PageCheck.Fault) {
                let pages = try PageCheck.run(
                    file, pageBytes: Int(statistics.ms_psize), transaction: UInt64(mdb_txn_id(transaction)))
                if pages != nil { return }
            } catch {
                throw LMDBFailure(code: MDB_CORRUPTED, action: "checking the file (\(error.text))")
            }
        }
        throw LMDBFailure(code: EBUSY, action: "checking the file")
    }
}
