import Orchestration

/// What changed since a revision.
struct ChangeConformance {
    let subject: KeyValueStoreConformance.Subject
    private var store: any KeyValueStore & ArtifactStore { subject.store }

    func tellsWhatChanged() async throws {
        let long = StoreKey("a", String(repeating: "long", count: 40))
        let first = try await store.mustCommit(StoreKey("a", "1"))
        let second = try await store.mustCommit(StoreKey("a", "2"))
        try await store.mustCommit(StoreKey("ab"))
        let third = try await store.mustCommit(long)
        let again = try await store.mustCommit(StoreKey("a", "1"), [2], expecting: .revision(first))
        let buried = try await store.mustCommit(StoreKey("a", "2"), expecting: .revision(second), tombstone: true)
        let all = [StoreKey("a", "1"): again, StoreKey("a", "2"): buried, long: third]
        try expect(all, after: Revision(first.number - 1))
        try expect(all, after: first)
        try expect(all.filter { $0.value > third }, after: third)
        try expect([:], after: buried)
        guard let everything = try known(store.changes(StoreKey(), after: second, limit: 100)) else { return }
        try requireEqual(everything.count, 4, "changes of the whole store")
    }

    func tellsWhenItCannotKnow() async throws {
        for number in 0..<5 { try await store.mustCommit(StoreKey("a", "\(number)")) }
        let newest = try store.latestRevision()
        let before = Revision(newest.number - 5)
        if let all = try known(store.changes(StoreKey("a"), after: before, limit: 5)) {
            try requireEqual(all.count, 5, "changes within the limit")
        }
        let tooMany = try store.changes(StoreKey("a"), after: before, limit: 4)
        try requireEqual(tooMany, StoreChanges(upTo: newest, changed: nil), "beyond the limit")
        let unknown = try store.changes(StoreKey("a"), after: Revision(newest.number + 1), limit: 100)
        try requireEqual(unknown, StoreChanges(upTo: newest, changed: nil), "a revision that was never given")
    }

    private func expect(_ changed: [StoreKey: Revision], after revision: Revision) throws {
        let found = try store.changes(StoreKey("a"), after: revision, limit: 100)
        try requireEqual(found.upTo, try store.latestRevision(), "where they end")
        guard let known = try known(found) else { return }
        try requireEqual(known, changed, "changes after \(revision.number)")
    }

    /// Nil only from a store that need not remember.
    private func known(_ changes: StoreChanges) throws -> [StoreKey: Revision]? {
        if changes.changed == nil, subject.remembersChanges {
            throw ConformanceFailure("the store does not remember its last changes")
        }
        return changes.changed
    }
}
