import Orchestration

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

    private func first(of stream: AsyncStream<Revision>) async throws -> Revision {
        try await withDeadline(waitingFor: "the first news") {
            for await revision in stream { return revision }
            throw ConformanceFailure("the stream ended")
        }
    }
}
