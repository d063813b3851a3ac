import CLMDB
import Orchestration
import Threads

#if canImport(Glibc)
import Glibc
#endif

extension Environment {
    /// Lets go of the pages if there are more than a few: after what may have looked at many.
    func trimPages() throws(StoreError) {
        if hasPagesToSpare { try letGoOfPages() }
    }

    /// The same in the midst of a transaction that lent `value`, which stays good.
    func trimPages(around value: UnsafeRawBufferPointer) {
        if hasPagesToSpare { letGoOfPages(around: value) }
    }

    /// The same at the end of a transaction that has its result: nothing here may take it away. Pages that cannot be let
    /// go of stay until the next time.
    func trimPages(in transaction: borrowing ReadTransaction) {
        guard hasPagesToSpare, let value = try? transaction.value(databases.meta, Transactions.metaKey) else { return }
        letGoOfPages(around: value)
    }

    private var hasPagesToSpare: Bool {
        let resident = Self.residentFileBytes()
        return residentFloor.withLock { floor in
            // What others in this process let go of is no room for ours.
            floor = min(floor, resident)
            return resident - floor > mappedBytesKept
        }
    }

    /// Takes the pages that this process has looked at out of its memory; a later look gets them from the system's page
    /// cache again. Otherwise a process's resident memory grows with all that it ever read.
    ///
    /// Does nothing where the system does not tell its mappings.
    func letGoOfPages() throws(StoreError) {
        try read { transaction throws(StoreError) in
            guard let value = try transaction.found(transaction.databases.meta, Transactions.metaKey) else { return }
            letGoOfPages(around: value)
        }
    }

    /// - Parameter value: lies in the map, which stays where it is as long as the transaction that lent it is open. The
    ///   map is shared with the file and written by nobody, so that nothing in it can be lost.
    private func letGoOfPages(around value: UnsafeRawBufferPointer) {
        guard let map = Self.mapping(of: UInt(bitPattern: value.baseAddress)) else { return }
        var info = MDB_envinfo()
        var statistics = MDB_stat()
        mdb_env_info(self.handle, &info)
        mdb_env_stat(self.handle, &statistics)
        let used = (info.me_last_pgno + 1) * Int(statistics.ms_psize)
        madvise(UnsafeMutableRawPointer(bitPattern: map.lowerBound), min(map.count, used), MADV_DONTNEED)
        residentFloor.withLock { $0 = Self.residentFileBytes() }
    }

    /// Bytes of files that this process has in its memory, programs and libraries among them; 0 where the system does not
    /// tell.
    private static func residentFileBytes() -> Int {
        // Sizes in pages: all, resident, resident and of a file.
        guard let file = fopen("/proc/self/statm", "re") else { return 0 }
        defer { fclose(file) }
        var line = [UInt8](repeating: 0, count: 128)
        let count = fread(&line, 1, line.count, file)
        let numbers = String(decoding: line.prefix(count), as: UTF8.self).split(separator: " ")
        return numbers.count > 2 ? (Int(numbers[2]) ?? 0) * Int(getpagesize()) : 0
    }

    /// The mapping of this process that an address lies in.
    private static func mapping(of address: UInt) -> Range<UInt>? {
        guard let file = fopen("/proc/self/maps", "re") else { return nil }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let line {
            // `start-end …`, both in hexadecimal.
            var end: UnsafeMutablePointer<CChar>?
            let from = strtoul(line, &end, 16)
            guard let dash = end, dash.pointee == CChar(UInt8(ascii: "-")) else { continue }
            let to = strtoul(dash + 1, nil, 16)
            if from <= address, address < to { return from..<to }
        }
        return nil
    }
}
