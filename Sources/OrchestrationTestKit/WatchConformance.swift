import Orchestration
import Threads

/// Watchers that end at the instant they are told of something: most are canceled, some drop their iterator.
///
/// A store that tells its watchers under a lock which their termination takes hangs here for good: a cancellation runs
/// termination handlers under the canceled task's own lock, and telling wants that lock to resume the task. The hang
/// takes the cooperative pool's threads with it, so only a bound on the whole process ends it.
public struct WatcherChurn: Sendable {
    private static let watchers = 16

    private let store: any KeyValueStore
    private let rounds: Int

    public init(store: any KeyValueStore, rounds: Int) {
        self.store = store
        self.rounds = rounds
    }

    /// Returns when all watchers of all rounds have ended.
    /// - Parameter makeNews: called with the number of each round while its watchers wait; returns once there is news,
    ///   of which they may or may not have been told.
    public func run(_ makeNews: (_ round: Int) async throws -> Void) async throws {
        for round in 0..<rounds {
            let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
            let watchers = (0..<Self.watchers).map { number in
                let news = store.watch(StoreKey())
                return Task {
                    beginning.yield()
                    for await _ in news where number == 0 { return }
                }
            }
            var beginnings = begun.makeAsyncIterator()
            for _ in watchers { await beginnings.next() }
            let made: Result<Void, any Error>
            do { made = .success(try await makeNews(round)) } catch { made = .failure(error) }
            // On a thread of its own: the pool's few threads may all be busy telling.
            let end = OwnerThread(name: "churn") { for watcher in watchers { watcher.cancel() } }
            for watcher in watchers { await watcher.value }
            await end.join()
            try made.get()
        }
    }
}

/// News of writes.
struct WatchConformance {
    let store: any KeyValueStore & ArtifactStore

    /// Several writers, one watcher that only ever looks again: it must see the last write of each.
    func watchesWithoutMissing() async throws {
        let (store, writers, writes) = (store, 8, 25)
        let news = store.watch(StoreKey("news"))
        let watcher = Task {
            var newest = Revision.zero
            for await revision in news {
                try require(revision >= newest, "news went back from \(newest) to \(revision)")
                newest = revision
                let lines = try await store.scan(StoreKey("news"), after: nil, limit: 1000)
                if lines.count == writers * writes { return }
            }
            throw ConformanceFailure("the stream ended early")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for index in 0..<writes { try await store.mustCommit(StoreKey("news", "\(writer)", "\(index)")) }
                }
            }
            try await group.waitForAll()
        }
        try await withDeadline(waitingFor: "news of the last write") { try await watcher.value }
    }

    func watchesOnlyBelowThePrefix() async throws {
        let store = store
        let mine = store.watch(StoreKey("case", "a"))
        let everything = store.watch(StoreKey())
        for key in [StoreKey("case"), StoreKey("case", "ab"), StoreKey("case", "b", "a")] {
            try await store.mustCommit(key)
        }
        let other = try await first(of: everything)
        try require(other > .zero, "news of nothing")
        let deleted = try await store.mustCommit(StoreKey("case", "a", "image-job"), tombstone: true)
        let heard = try await first(of: mine)
        try require(heard >= deleted, "news of \(heard) although nothing below the prefix changed before \(deleted)")
        let at = try await store.mustCommit(StoreKey("case", "a"))
        let next = try await withDeadline(waitingFor: "news of a write") {
            for await revision in mine where revision >= at { return revision }
            throw ConformanceFailure("the stream ended")
        }
        try require(next >= at, "news of the prefix itself")
    }

    /// Half the rounds end when the write is acknowledged, half when its news come: before everybody was told, that is.
    func endsWatchersWhileTheyAreTold() async throws {
        let (store, loops, rounds) = (store, 8, 100)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for loop in 0..<loops {
                group.addTask {
                    var writes: [Task<Revision, any Error>] = []
                    try await WatcherChurn(store: store, rounds: rounds).run { round in
                        var news = store.watch(StoreKey("churn", "\(loop)")).makeAsyncIterator()
                        let write = Task { try await store.mustCommit(StoreKey("churn", "\(loop)", "\(round)")) }
                        writes.append(write)
                        let end = round.isMultiple(of: 2) ? await news.next() : try await write.value
                        try require(end != nil, "the stream ended early")
                    }
                    for write in writes { _ = try await write.value }
                }
            }
            try await group.waitForAll()
        }
        let lines = try await store.scan(StoreKey("churn"), after: nil, limit: 1000)
        try requireEqual(lines.count, loops * rounds, "records")
        let news = store.watch(StoreKey("churn"))
        let last = try await store.mustCommit(StoreKey("churn", "last"))
        let heard = try await first(of: news)
        try requireEqual(heard, last, "news after many watchers have ended")
    }

    private func first(of stream: AsyncStream<Revision>) async throws -> Revision {
        try await withDeadline(waitingFor: "the first news") {
            for await revision in stream { return revision }
            throw ConformanceFailure("the stream ended")
        }
    }
}
