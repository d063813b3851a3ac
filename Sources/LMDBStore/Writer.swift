import CLMDB
import Orchestration
import Threads

/// The one thread that writes. Takes all that waits into one transaction, syncs it, then answers everybody.
final class Writer: Sendable {
    private static let secondsOfQuiet = 60

    private let options: LMDBStore.Options
    private let queue: Monitor<WriteQueue>
    private let thread: OwnerThread

    /// - Parameter afterCommit: runs on the writer thread when the callers of a transaction have been answered.
    init(
        _ environment: Environment, files: ArtifactFiles, options: LMDBStore.Options,
        afterCommit: @escaping @Sendable () -> Void
    ) {
        let queue = Monitor(WriteQueue())
        self.options = options
        self.queue = queue
        thread = OwnerThread(name: "store-writer") {
            var loop = WriterLoop(
                environment: environment, files: files, options: options, afterCommit: afterCommit)
            while let batch = Self.nextBatch(queue) {
                if batch.isEmpty { loop.lookAfterReaders() } else { loop.perform(batch) }
            }
        }
    }

    deinit { close() }

    /// Durable, or certain not to be, when it returns; see ``WriteOutcome``. Ignores cancellation.
    func submit(_ request: WriteRequest) async -> WriteOutcome { await answer(request).outcome }

    /// As ``submit(_:)``.
    func answer(_ request: WriteRequest) async -> WriteAnswer {
        await withCheckedContinuation { caller in
            let refusal: StoreError? = queue.update { queue in
                if queue.isClosed { return Environment.closedError }
                if queue.count >= options.maximumWaitingWrites {
                    return StoreError(.busy, "\(queue.count) writes are waiting for the disk: try again later")
                }
                queue.add(WriteQueue.Entry(request: request, caller: caller))
                return nil
            }
            if let refusal { caller.resume(returning: WriteAnswer(outcome: .refused(refusal))) }
        }
    }

    /// No more writes are taken; the thread ends after those that wait.
    func close() {
        queue.update { $0.close() }
    }

    /// Waits for the end of the thread, after ``close()``.
    func join() async {
        await thread.join()
    }

    /// Empty when nothing came for a minute; nil at the end.
    private static func nextBatch(_ queue: Monitor<WriteQueue>) -> [WriteQueue.Entry]? {
        let next: [WriteQueue.Entry]?? = queue.wait(seconds: secondsOfQuiet) { queue in
            if queue.count > 0 { return .some(queue.takeBatch()) }
            return queue.isClosed ? .some(nil) : .none
        }
        return next ?? []
    }
}

/// The writer thread's own state: nobody else sees it.
private struct WriterLoop {
    private static let commitsBetweenChecks: UInt64 = 256

    let environment: Environment
    let files: ArtifactFiles
    let options: LMDBStore.Options
    let afterCommit: @Sendable () -> Void
    private var commits: UInt64 = 0
    private var failure: StoreError?

    init(
        environment: Environment, files: ArtifactFiles, options: LMDBStore.Options,
        afterCommit: @escaping @Sendable () -> Void
    ) {
        self.environment = environment
        self.files = files
        self.options = options
        self.afterCommit = afterCommit
    }

    mutating func perform(_ batch: [WriteQueue.Entry]) {
        let before = commits
        let answers = answers(to: batch.map(\.request))
        for (entry, answer) in zip(batch, answers) { entry.caller.resume(returning: answer) }
        guard commits > before else { return }
        afterCommit()
        if commits % Self.commitsBetweenChecks == 0 { lookAfterReaders() }
        reporting(environment.trimPages)
    }

    func lookAfterReaders() {
        reporting(environment.clearStaleReaders)
        reporting(environment.letGoOfPages)
    }

    /// What fails costs room on disk or in memory. The next time tries again, and writing goes on.
    private func reporting(_ care: () throws(StoreError) -> Void) {
        do throws(StoreError) { try care() } catch { options.report(error) }
    }

    private mutating func answers(to requests: [WriteRequest]) -> [WriteAnswer] {
        func all(_ outcome: WriteOutcome) -> [WriteAnswer] { requests.map { _ in WriteAnswer(outcome: outcome) } }
        if let failure { return all(.refused(failure)) }
        while true {
            do throws(CommitFailure) {
                return try transact(requests)
            } catch {
                switch error {
                case .mapFull:
                    if let refusal = growMap() { return all(.refused(refusal)) }
                case .refused(let error):
                    return all(.refused(error))
                case .uncertain(let error):
                    failure = error
                    options.fatal(error)
                    return all(.unknown(error))
                }
            }
        }
    }

    private mutating func transact(_ requests: [WriteRequest]) throws(CommitFailure) -> [WriteAnswer] {
        var answers: [WriteAnswer] = []
        let now = options.now()
        let isCommitted = try environment.write { transaction throws(CommitFailure) in
            var batch = try WriteBatch(in: transaction, files: files, now: now)
            do throws(LMDBFailure) {
                for request in requests { try batch.apply(request, in: transaction) }
                try batch.finish(in: transaction, changeLogLength: options.changeLogLength)
            } catch {
                throw error.code == MDB_MAP_FULL ? .mapFull : .refused(error.error(in: environment.path))
            }
            answers = batch.answers
            return batch.isChanged
        }
        if isCommitted {
            commits += 1
            options.onCommit?(commits)
        }
        return answers
    }

    private func growMap() -> StoreError? {
        do throws(StoreError) {
            try environment.growMap()
            return nil
        } catch {
            return error
        }
    }
}
