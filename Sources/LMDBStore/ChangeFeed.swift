import CLMDB
import Orchestration
import Threads

/// Tells watchers of commits, of this process and of others. Reads the change log; costs nothing while nobody watches.
final class ChangeFeed: Sendable {
    /// Beyond so many new revisions it is cheaper to tell everybody to look.
    private static let maximumRead: UInt64 = 4096

    private let environment: Environment
    /// Taken before `state`, and held while watchers are told, so that each gets its elements in order. A stream's
    /// termination handler runs under the canceled task's own lock, which a yield wants too: so nobody yields, nor reads
    /// the store, while holding `state`, which the handler takes, and no handler takes this one.
    private let told = Locked(Told())
    private let state = Locked(State())
    private let bell: Bell

    /// Everything up to here has been told.
    private struct Told {
        var revision = Revision.zero
        var transaction = 0
    }

    private struct State {
        var watchers: [UInt64: Watcher] = [:]
        var lastID: UInt64 = 0
        /// The thread that looks out for other processes.
        var lookout: OwnerThread?
        var isFinished = false
    }

    private struct Watcher {
        let prefix: EncodedKey
        let continuation: AsyncStream<Revision>.Continuation
    }

    enum Progress {
        case upToDate
        /// A newer transaction is on disk than readers are shown yet: look again in a moment.
        case behind
        /// Nobody watches, or the feed is finished.
        case idle
    }

    init(_ environment: Environment) throws(StoreError) {
        self.environment = environment
        bell = try Bell()
    }

    func watch(_ prefix: EncodedKey) -> AsyncStream<Revision> {
        let (stream, continuation) = AsyncStream.makeStream(of: Revision.self, bufferingPolicy: .bufferingNewest(1))
        let id = told.withLock { told in
            if state.withLock({ $0.watchers.isEmpty && !$0.isFinished }) { catchUp(&told) }
            return state.withLock { state in add(Watcher(prefix: prefix, continuation: continuation), to: &state) }
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id) }
        return stream
    }

    /// Tells watchers of everything committed since the last time.
    @discardableResult
    func advance() -> Progress {
        told.withLock { told in tell(&told) }
    }

    private func tell(_ told: inout Told) -> Progress {
        let watchers = state.withLock { Array($0.watchers.values) }
        if watchers.isEmpty { return .idle }
        do throws(StoreError) {
            let newest = try environment.newestTransaction()
            if newest == told.transaction { return .upToDate }
            var news: [Watcher] = []
            told.transaction = try environment.read { transaction throws(StoreError) in
                news = try self.news(for: watchers, after: &told.revision, in: transaction)
                return transaction.id
            }
            for watcher in news { watcher.continuation.yield(told.revision) }
            return told.transaction < newest ? .behind : .upToDate
        } catch {
            // Nobody can be told here what is wrong; everybody who looks will see it.
            for watcher in watchers { watcher.continuation.yield(told.revision) }
            return .upToDate
        }
    }

    /// Ends all streams, and the thread.
    func finish() {
        let watchers = state.withLock { state in
            state.isFinished = true
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.continuation.finish() }
        bell.ring()
    }

    /// Waits for the end of the thread, after ``finish()``.
    func join() async {
        await state.withLock { $0.lookout }?.join()
    }

    /// Nil if the feed is finished.
    private func add(_ watcher: Watcher, to state: inout State) -> UInt64? {
        guard !state.isFinished else { return nil }
        state.lastID += 1
        state.watchers[state.lastID] = watcher
        if state.lookout == nil { state.lookout = startLookout() }
        return state.lastID
    }

    private func remove(_ id: UInt64) {
        state.withLock { state in state.watchers[id] = nil }
    }

    /// The first watcher hears of what comes from now on. If the store cannot be read it hears of more.
    private func catchUp(_ told: inout Told) {
        if let now = try? environment.read({ transaction throws(StoreError) in
            Told(revision: try transaction.meta().revision, transaction: transaction.id)
        }) {
            told = now
        }
    }

    /// The watchers of what changed since the last time.
    private func news(
        for watchers: [Watcher], after told: inout Revision, in transaction: borrowing ReadTransaction
    ) throws(StoreError) -> [Watcher] {
        let newest = try transaction.meta().revision
        guard newest > told else { return [] }
        let count = newest.number - told.number
        guard count <= Self.maximumRead else {
            told = newest
            return watchers
        }
        let logged = try transaction.logged(after: told, below: EncodedKey(StoreKey()))
        told = newest
        // A log that does not reach back far enough tells nobody that nothing happened.
        guard logged.count == count else { return watchers }
        return watchers.filter { watcher in logged.keys.keys.contains { $0.hasPrefix(watcher.prefix) } }
    }

    /// Called under the lock. The thread ends by itself a while after the last watcher left.
    private func startLookout() -> OwnerThread {
        let file = "\(environment.path)/data.mdb"
        return OwnerThread(name: "store-lookout") { [bell] in
            let lookout = Lookout(file: file, bell: bell)
            lookout.run(look: self.advance, mayEnd: self.lookoutMayEnd)
        }
    }

    private func lookoutMayEnd() -> Bool {
        state.withLock { state in
            guard state.isFinished || state.watchers.isEmpty else { return false }
            if !state.isFinished { state.lookout = nil }
            return true
        }
    }
}
