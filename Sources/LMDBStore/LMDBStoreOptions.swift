import Orchestration

#if canImport(Glibc)
import Glibc
#endif

extension LMDBStore {
    /// How a store is opened. The defaults are the product's.
    public struct Options: Sendable {
        /// Hold the directory alone for as long as the store is open; every other process is refused with `in_use`.
        public var exclusive = false
        /// Whose directory it is to be: a new store is marked so, one of the other role is refused with `wrong_role`.
        /// Nil opens any and marks none.
        public var role: StoreRole?
        /// Refuse with `no_store` what is not a store yet, and leave nothing behind.
        public var mustExist = false
        /// Look only: nothing is made, upgraded or locked, so it works beside everybody, a worker that holds its directory
        /// alone included, and on a disk that takes no writes. Writes are refused with `read_only`. Implies ``mustExist``.
        public var isReadOnly = false
        /// Visit every page of the file before anything is read, and refuse it as `corrupt` if one holds something else.
        /// Reads the whole file.
        public var checksPages = false
        /// Address space reserved for the file, in bytes. Costs neither disk nor memory; halved until the system agrees.
        public var initialMapBytes = 64 << 30
        /// The map is doubled when the file outgrows it, up to this many bytes; beyond, writes are refused as `full`.
        public var maximumMapBytes = 1 << 40
        /// How many revisions the change log remembers. Watchers further behind are told to look at everything.
        public var changeLogLength = 65_536
        /// Writes that may wait for the writer thread; more are refused as `busy`.
        public var maximumWaitingWrites = 16_384
        /// Of the pages of the file that were looked at so many bytes may stay in this process's memory.
        public var mappedBytesKept = 4 << 20
        /// After so many point reads it is looked whether there are more.
        public var readsBetweenTrims: UInt64 = 64
        /// Threads for scans and for artifact files.
        public var blockingThreads = 4
        /// Called on the writer thread after each durable transaction of this process, counted from 1, before anybody
        /// is told of it. For tests that kill the process there.
        public var onCommit: (@Sendable (UInt64) -> Void)?
        /// Called when nobody can say any more what is on disk (a failed sync). The default writes one line to standard
        /// error and ends the process with status 74: what is acknowledged is on disk, and a restart reads what is. If
        /// it returns, the writes at hand are answered `unknown` and every later one is refused.
        public var fatal: @Sendable (StoreError) -> Void = { endProcess($0) }

        /// Told of what no caller can be told of: a record met in a scan that has lost its very key, housekeeping that
        /// failed. The default writes one line to standard error.
        public var report: @Sendable (StoreError) -> Void = { writeLine("darkroom: \($0.message)") }

        /// What artifacts' times are told by: milliseconds of Unix time.
        public var now: @Sendable () -> Int64 = { wallMilliseconds() }

        public init() {}

        var requiresStore: Bool { mustExist || isReadOnly }
    }

    private static func wallMilliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    static func endProcess(_ error: StoreError) -> Never {
        writeLine("darkroom: the store cannot go on: \(error.message)")
        _exit(EX_IOERR)
    }

    private static func writeLine(_ line: String) {
        // Nothing can be done about a standard error that cannot be written to.
        _ = Array("\(line)\n".utf8).withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
