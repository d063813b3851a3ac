import Orchestration

/// Tombstones that go for good.
struct PurgeConformance {
    let subject: KeyValueStoreConformance.Subject
    private var store: any KeyValueStore & ArtifactStore { subject.store }

    func purgesTombstonesOnly() async throws {
        let (key, other) = (StoreKey("run", "old"), StoreKey("run", "old", "below"))
        let first = try await store.mustCommit(key)
        let kept = try await store.mustCommit(other)
        try await mustNotPurge(key, first, "a record that is no tombstone")
        let deleted = try await store.mustCommit(key, [4], expecting: .revision(first), tombstone: true)
        for wrong in [first, .zero, kept, Revision(deleted.number + 1)] {
            try await mustNotPurge(key, wrong, "a tombstone by another revision")
        }
        try await mustNotPurge(StoreKey("run", "never"), deleted, "what never was")
        try requireEqual(try store.latestRevision(), deleted, "the newest revision after conflicts")
        let purged = try await purgeAndHear(key, deleted)
        try require(purged > deleted, "a revision was used again by the purge")
        try require(store.get(key) == nil, "the tombstone is still there")
        let lines = try await store.scan(StoreKey(), after: nil, limit: 10)
        try requireEqual(lines.map(\.key), [other], "the scan after the purge")
        try await mustNotPurge(key, deleted, "what is purged")
        try await staysPurged(key, deleted, purged)
    }

    /// Across a reopening too; and what begins anew there begins with a new revision.
    private func staysPurged(_ key: StoreKey, _ deleted: Revision, _ purged: Revision) async throws {
        let reopened = try await subject.reopen()
        try require(reopened.get(key) == nil, "the tombstone came back")
        try requireEqual(try reopened.latestRevision(), purged, "the newest revision after reopening")
        try await reopened.mustConflict(key, expecting: .revision(deleted))
        try await reopened.mustConflict(key, expecting: .revision(purged))
        let again = try await reopened.mustCommit(key, expecting: .absent)
        try require(again > purged, "a revision was used again after the purge")
        let outcome = await reopened.purge(StoreKey(), expected: again)
        guard case .refused(let error) = outcome, error.code == .tooLarge else {
            throw ConformanceFailure("a purge of an illegal key ended as \(outcome)")
        }
    }

    private func purgeAndHear(_ key: StoreKey, _ revision: Revision) async throws -> Revision {
        let news = store.watch(key)
        let outcome = await store.purge(key, expected: revision)
        guard case .committed(let purged) = outcome else {
            throw ConformanceFailure("the purge ended as \(outcome)")
        }
        try await withDeadline(waitingFor: "news of the purge") {
            for await heard in news where heard >= purged { return }
            throw ConformanceFailure("the stream ended before the news of the purge")
        }
        return purged
    }

    private func mustNotPurge(_ key: StoreKey, _ revision: Revision, _ what: String) async throws {
        let outcome = await store.purge(key, expected: revision)
        try requireEqual(outcome, .conflict, "a purge of \(what)")
    }
}
