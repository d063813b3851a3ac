import CLMDB
import Orchestration

#if canImport(Glibc)
import Glibc
#endif

extension Environment {
    /// Doubles the map. No transaction of the calling thread is open.
    /// - Throws: `full` if the map may not or cannot grow; the old map still stands then.
    func growMap() throws(StoreError) {
        try alone { () throws(StoreError) in
            var info = MDB_envinfo()
            mdb_env_info(self.handle, &info)
            let size = info.me_mapsize * 2
            guard size <= maximumMapBytes else {
                throw StoreError(.full, "\(path) has reached \(info.me_mapsize) bytes, its configured limit")
            }
            try tryOut(size)
            try resize(to: size)
        }
    }

    /// Takes over the size that another process gave to the file.
    func adoptMapSize() throws(StoreError) {
        try alone { () throws(StoreError) in try resize(to: 0) }
    }

    /// LMDB unmaps the old map before it maps the new one, and a failure in between leaves none. So the room is tried out
    /// while the old map still stands.
    private func tryOut(_ size: Int) throws(StoreError) {
        let trial = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let trial, trial != MAP_FAILED else {
            throw StoreError(.full, "\(path) needs \(size) bytes of address space: raise the limit (ulimit -v)")
        }
        munmap(trial, size)
    }

    private func resize(to size: Int) throws(StoreError) {
        let code = mdb_env_set_mapsize(self.handle, size)
        guard code != MDB_SUCCESS else { return }
        let error = LMDBFailure(code: code, action: "mapping the grown file").error(in: path)
        fail(error)
        throw error
    }
}
