import CLMDB
import Orchestration
import Threads

/// One open LMDB environment: its handle, its databases, and the gate that every transaction passes.
///
/// The gate exists because the map may only move (grow) while no transaction of this process is open, and because the
/// handle may only be closed then.
final class Environment: @unchecked Sendable {
    // @unchecked Sendable: the handle is opened with MDB_NOTLS and is thread-safe by LMDB's contract; what its contract
    // forbids (resizing or closing under an open transaction) the gate prevents. Everything else is immutable or in the
    // gate. Write transactions begin and end on one thread because `write` is synchronous.
    let handle: OpaquePointer
    let databases: Databases
    let directory: StoreDirectory
    let maximumMapBytes: Int
    let mappedBytesKept: Int
    let readsBetweenTrims: UInt64
    /// Bytes of files in this process's memory right after pages were let go of.
    let residentFloor = Locked(0)
    private let gate = Monitor(GateState())

    struct Databases: Sendable {
        var meta: MDB_dbi = 0
        var records: MDB_dbi = 0
        var changes: MDB_dbi = 0
        var artifacts: MDB_dbi = 0
        /// Nil in a store of format 1 that is only read.
        var condemned: MDB_dbi?
    }

    private struct GateState {
        /// Read transactions that are reset and wait to be renewed: each keeps its reader slot, which is what is dear.
        var idle: [OpaquePointer] = []
        var inside = 0
        var reads: UInt64 = 0
        var isHeldAlone = false
        var isClosed = false
        /// Why no transaction may begin any more: LMDB lost its map.
        var failure: StoreError?

        /// Nil while the caller may go on.
        var obstacle: StoreError? {
            isClosed ? Environment.closedError : failure
        }
    }

    static let closedError = StoreError(.closed, "the store was shut down")

    init(handle: OpaquePointer, databases: Databases, directory: StoreDirectory, options: LMDBStore.Options) {
        self.handle = handle
        self.databases = databases
        self.directory = directory
        maximumMapBytes = options.maximumMapBytes
        mappedBytesKept = options.mappedBytesKept
        readsBetweenTrims = max(1, options.readsBetweenTrims)
    }

    deinit { close() }

    var path: String { directory.path }

    /// Waits for open transactions, then frees the handle. Later transactions throw `closed`. May be called twice.
    func close() {
        let idle: [OpaquePointer]? = gate.wait { state in
            if state.isClosed { return .some(nil) }
            guard state.inside == 0, !state.isHeldAlone else { return .none }
            state.isClosed = true
            defer { state.idle = [] }
            return .some(state.idle)
        }
        guard let idle else { return }
        for transaction in idle { mdb_txn_abort(transaction) }
        mdb_env_close(handle)
        directory.release()
    }

    /// What a transaction begins with.
    struct Entry {
        /// A read transaction to renew.
        let idle: OpaquePointer?
        /// How many reads have begun, this one included.
        let reads: UInt64
    }

    /// Waits while the map moves. Hands out an idle read transaction if there is one and `isRead`.
    func enter(isRead: Bool) throws(StoreError) -> Entry {
        let entry: Result<Entry, StoreError> = gate.wait { state in
            if let obstacle = state.obstacle { return .failure(obstacle) }
            if state.isHeldAlone { return nil }
            state.inside += 1
            guard isRead else { return .success(Entry(idle: nil, reads: state.reads)) }
            state.reads += 1
            return .success(Entry(idle: state.idle.popLast(), reads: state.reads))
        }
        return try entry.get()
    }

    func leave() { gate.update { $0.inside -= 1 } }

    /// - Parameter idle: a read transaction, reset, to keep for the next reader.
    func leave(keeping idle: OpaquePointer) {
        gate.update { state in
            state.inside -= 1
            state.idle.append(idle)
        }
    }

    /// Runs `body` while no transaction of this process is open. The caller has none.
    func alone<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        let obstacle: StoreError? = gate.wait { state in
            if let obstacle = state.obstacle { return .some(obstacle) }
            if state.isHeldAlone { return .none }
            state.isHeldAlone = true
            return .some(nil)
        }
        if let obstacle { throw obstacle }
        gate.wait { $0.inside == 0 ? () : nil }
        defer { gate.update { $0.isHeldAlone = false } }
        return try body()
    }

    /// From now on every transaction is refused with `error`.
    func fail(_ error: StoreError) {
        gate.update { $0.failure = error }
    }
}
