import Orchestration

/// Compare-and-swap, revisions, limits and durability of records.
struct RecordConformance {
    let subject: KeyValueStoreConformance.Subject
    private var store: any KeyValueStore & ArtifactStore { subject.store }

    func createsIfAbsent() async throws {
        let key = StoreKey("case", "silent-harbor")
        try require(store.get(key) == nil, "an empty store has a record")
        let revision = try await store.mustCommit(key, [7])
        try await store.mustConflict(key, expecting: .absent)
        let record = try store.mustGet(key)
        try requireEqual(
            record,
            StoredRecord(key: key, revision: revision, header: .plain, body: [7], isTombstone: false), "the record")
        try await store.mustConflict(StoreKey("case", "other"), expecting: .revision(revision))
        try require(store.get(StoreKey("case", "other")) == nil, "a conflict wrote something")
    }

    func comparesAndSwaps() async throws {
        let key = StoreKey("head")
        let first = try await store.mustCommit(key, [1])
        let second = try await store.mustCommit(key, [2], expecting: .revision(first))
        try require(second > first, "revision \(second) after \(first)")
        try await store.mustConflict(key, expecting: .revision(first))
        try await store.mustConflict(key, expecting: .revision(Revision(second.number + 1)))
        try await store.mustConflict(key, expecting: .revision(.zero))
        try requireEqual(try store.mustGet(key).body, [2], "the body after conflicts")
        try requireEqual(try store.latestRevision(), second, "the newest revision after conflicts")
    }

    func keepsTombstones() async throws {
        let key = StoreKey("head")
        let first = try await store.mustCommit(key, [1])
        let deleted = try await store.mustCommit(key, [4, 1, 0], expecting: .revision(first), tombstone: true)
        let tombstone = try store.mustGet(key)
        try require(tombstone.isTombstone && tombstone.body == [4, 1, 0], "the tombstone says \(tombstone)")
        let lines = try await store.scan(StoreKey(), after: nil, limit: 10)
        try requireEqual(lines.map(\.isTombstone), [true], "tombstones in the scan")
        try await store.mustConflict(key, expecting: .revision(first))
        let again = try await store.mustCommit(key, [5], expecting: .absent)
        try require(again > deleted, "a revision was used again")
        try await store.mustConflict(key, expecting: .revision(deleted))
        try require(try !store.mustGet(key).isTombstone, "the new record is a tombstone")
        let last = try await store.mustCommit(key, [], expecting: .revision(again), tombstone: true)
        try await store.mustCommit(key, [6], expecting: .revision(last))
    }

    func keepsHeadersAndBodies() async throws {
        let headers = [
            RecordHeader(kind: 0, state: 0, format: 0), RecordHeader(kind: 255, state: 255, format: .max, due: .max),
            RecordHeader(kind: 1, state: 2, format: 3, due: 0), RecordHeader(kind: 1, state: 2, format: 3, due: .min),
        ]
        for (index, header) in headers.enumerated() {
            let key = StoreKey("header", "\(index)")
            let body = (0..<(index * 5000)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let outcome = await store.write(RecordWrite(key: key, expected: .absent, header: header, body: body))
            guard case .committed(let revision) = outcome else { throw ConformanceFailure("\(outcome)") }
            let record = try store.mustGet(key)
            try requireEqual(record.header, header, "the header")
            try require(record.body == body, "a body of \(body.count) bytes came back changed")
            try requireEqual(record.revision, revision, "the revision")
        }
        let lines = try await store.scan(StoreKey("header"), after: nil, limit: 10)
        try requireEqual(lines.map(\.header), headers, "the headers of the scan")
        try require(lines.allSatisfy { !$0.isDamaged }, "a sound record is called damaged")
    }

    func numbersRevisionsAcrossTheStore() async throws {
        try requireEqual(try store.latestRevision(), .zero, "the newest revision of an empty store")
        var newest = Revision.zero
        for index in 0..<20 {
            let key = StoreKey(index.isMultiple(of: 2) ? "even" : "odd", "\(index)")
            let revision = try await store.mustCommit(key)
            try require(revision > newest, "\(revision) after \(newest)")
            newest = revision
            try requireEqual(try store.latestRevision(), newest, "the newest revision")
            newest = try await store.mustCommit(key, [], expecting: .revision(revision), tombstone: true)
        }
        let reopened = try await subject.reopen()
        try requireEqual(try reopened.latestRevision(), newest, "the newest revision after reopening")
        let next = try await reopened.mustCommit(StoreKey("even", "0"))
        try require(next > newest, "a revision was used again after reopening")
    }

    func holdsItsLimits() async throws {
        let largest = [UInt8](repeating: 0xA5, count: StoreLimits.maximumRecordBytes)
        let key = StoreKey("large")
        try await store.mustCommit(key, largest)
        try require(try store.mustGet(key).body == largest, "the largest body came back changed")
        let over = RecordWrite(key: StoreKey("over"), expected: .absent, header: .plain, body: largest + [0])
        try await store.mustRefuse(over, as: .tooLarge)
        try require(try store.get(over.key) == nil, "a refused record is there")
        let component = String(repeating: "x", count: StoreLimits.maximumComponentBytes)
        let longest = StoreKey(Array(repeating: component, count: StoreLimits.maximumKeyComponents))
        try await store.mustCommit(longest)
        try requireEqual(try store.mustGet(longest).key, longest, "the longest key")
        for key in [StoreKey(), StoreKey(longest.components + [""]), StoreKey(component + "x")] {
            try await store.mustRefuse(
                RecordWrite(key: key, expected: .absent, header: .plain, body: []), as: .tooLarge)
            do {
                _ = try store.get(key)
                throw ConformanceFailure("a key over the limits was looked up")
            } catch let error as StoreError {
                try requireEqual(error.code, .tooLarge, "the error for a key over the limits")
            }
        }
        try requireEqual(try await store.scan(StoreKey(component + "x"), after: nil, limit: 9), [], "an illegal prefix")
        do {
            _ = try await store.scan(StoreKey(), after: StoreKey(component + "x"), limit: 9)
            throw ConformanceFailure("a page was asked for behind a key over the limits")
        } catch let error as StoreError {
            try requireEqual(error.code, .tooLarge, "the error for paging on from a key over the limits")
        }
    }

    func countsExactlyUnderConcurrency() async throws {
        let (tasks, increments) = (16, 8)
        let (store, key) = (store, StoreKey("counter"))
        try await store.mustCommit(key, [0, 0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    for _ in 0..<increments { try await increment(key, in: store) }
                }
            }
            try await group.waitForAll()
        }
        let body = try store.mustGet(key).body
        try requireEqual(Int(body[0]) + Int(body[1]) << 8, tasks * increments, "the count")
    }

    func judgesConcurrentWritesOneByOne() async throws {
        let store = store
        let outcomes = await withTaskGroup(of: WriteOutcome.self) { group in
            for index in 0..<200 {
                group.addTask {
                    await store.write(
                        RecordWrite(key: StoreKey("slot", "\(index % 50)"), expected: .absent, header: .plain, body: [])
                    )
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var revisions: Set<Revision> = []
        for case .committed(let revision) in outcomes { revisions.insert(revision) }
        try requireEqual(revisions.count, 50, "committed writes with revisions of their own")
        try requireEqual(outcomes.count { $0 == .conflict }, 150, "conflicts")
        let lines = try await store.scan(StoreKey("slot"), after: nil, limit: 100)
        try requireEqual(Set(lines.map(\.revision)), revisions, "the revisions stored")
    }

    func writesDespiteCancellation() async throws {
        let store = store
        for index in 0..<20 {
            let key = StoreKey("canceled", "\(index)")
            let task = Task {
                await store.write(RecordWrite(key: key, expected: .absent, header: .plain, body: [1]))
            }
            task.cancel()
            guard case .committed(let revision) = await task.value else {
                throw ConformanceFailure("cancellation hid the outcome: \(await task.value)")
            }
            try requireEqual(try store.mustGet(key).revision, revision, "the revision")
        }
    }

    func survivesReopening() async throws {
        for index in 0..<50 { try await store.mustCommit(StoreKey("job", "\(index)"), [UInt8(index)]) }
        let before = try await store.scan(StoreKey(), after: nil, limit: 100)
        let reopened = try await subject.reopen()
        try requireEqual(try await reopened.scan(StoreKey(), after: nil, limit: 100), before, "the scan")
        try requireEqual(try reopened.mustGet(StoreKey("job", "49")).body, [49], "a body")
    }
}

private func increment(_ key: StoreKey, in store: any KeyValueStore) async throws {
    while true {
        let record = try store.mustGet(key)
        let count = Int(record.body[0]) + Int(record.body[1]) << 8 + 1
        let body = [UInt8(count & 255), UInt8(count >> 8)]
        let outcome = await store.write(
            RecordWrite(key: key, expected: .revision(record.revision), header: .plain, body: body))
        switch outcome {
        case .committed: return
        case .conflict: continue
        case .refused, .unknown: throw ConformanceFailure("an increment ended as \(outcome)")
        }
    }
}
