import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

extension Environment {
    private static let smallestMapBytes = 16 << 20

    /// Opens or makes the environment in a directory that is ours.
    static func open(_ directory: StoreDirectory, options: LMDBStore.Options) throws(StoreError) -> Environment {
        try refuseEmptiedFile(directory.path)
        let handle = try openHandle(directory.path, options: options)
        do throws(StoreError) {
            let databases = try openDatabases(handle, path: directory.path, options: options)
            let environment = Environment(
                handle: handle, databases: databases, directory: directory, options: options)
            try environment.clearStaleReaders()
            return environment
        } catch {
            mdb_env_close(handle)
            throw error
        }
    }

    /// LMDB takes an empty file for a new store. Artifact files exist only beside a store that was committed once.
    private static func refuseEmptiedFile(_ path: String) throws(StoreError) {
        let size = try Files.size(of: "\(path)/data.mdb") ?? 0
        guard size == 0, try Files.size(of: "\(path)/artifacts") != nil else { return }
        throw StoreError(
            .corrupt, "\(path)/data.mdb is missing or empty although \(path) was a store: restore a backup")
    }

    private static func openHandle(_ path: String, options: LMDBStore.Options) throws(StoreError) -> OpaquePointer {
        let flags = MDB_NOTLS | (options.isReadOnly ? MDB_RDONLY : 0)
        var size = max(options.initialMapBytes, 1 << 20)
        while true {
            let code: Int32
            do throws(LMDBFailure) {
                let handle = try makeHandle(mapBytes: size)
                code = mdb_env_open(handle, path, UInt32(flags), 0o600)
                if code == MDB_SUCCESS {
                    return try checkedLength(handle, path: path, options: options)
                }
                mdb_env_close(handle)
            } catch {
                throw error.error(in: path)
            }
            guard code == ENOMEM, size / 2 >= smallestMapBytes else {
                throw LMDBFailure(code: code, action: "opening the store").error(in: path)
            }
            size /= 2
        }
    }

    private static func makeHandle(mapBytes: Int) throws(LMDBFailure) -> OpaquePointer {
        var created: OpaquePointer?
        try LMDBFailure.check(mdb_env_create(&created), "making a store handle")
        guard let handle = created else { throw LMDBFailure(code: ENOMEM, action: "making a store handle") }
        for code in [
            mdb_env_set_mapsize(handle, mapBytes), mdb_env_set_maxdbs(handle, 8), mdb_env_set_maxreaders(handle, 510),
        ] where code != MDB_SUCCESS {
            mdb_env_close(handle)
            throw LMDBFailure(code: code, action: "configuring the store")
        }
        // LMDB ends the process when a page in use holds something else. Its own words would not help anybody.
        mdb_env_set_assert(handle) { _, _ in
            LMDBStore.endProcess(
                StoreError(.corrupt, "a page of data.mdb is damaged: see `initiator verify`, restore a backup"))
        }
        return handle
    }
}
