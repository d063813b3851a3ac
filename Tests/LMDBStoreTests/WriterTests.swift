import JobModel
import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

#if canImport(Glibc)
import Glibc
#endif

@Suite struct WriterTests {
    /// The writer thread is held at its first commit until the rest is queued; the rest must then share commits.
    @Test func sharesCommitsBetweenConcurrentWriters() async throws {
        let commits = Locked<UInt64>(0)
        let gate = BlockingGate()
        var options = LMDBStore.Options()
        options.onCommit = { number in
            commits.withLock { $0 = number }
            if number == 1 { gate.wait() }
        }
        try await withStore(options: options) { store, _ in
            let (writers, started) = (300, Locked(0))
            let outcomes = await withTaskGroup(of: WriteOutcome.self) { group in
                for index in 0..<writers {
                    group.addTask {
                        if started.withLock({
                            $0 += 1; return $0
                        }) == writers {
                            gate.open()
                        }
                        return await store.write(RecordWrite(StoreKey("\(index)")))
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(outcomes.compactMap(\.revision)).count == writers)
            #expect(commits.withLock { $0 } < UInt64(writers / 10))
        }
    }

    @Test func refusesMoreWaitersThanItTakes() async throws {
        let gate = BlockingGate()
        var options = LMDBStore.Options()
        options.maximumWaitingWrites = 3
        options.onCommit = { if $0 == 1 { gate.wait() } }
        try await withStore(options: options) { store, _ in
            let (writers, refused) = (40, Locked(0))
            let outcomes = await withTaskGroup(of: WriteOutcome.self) { group in
                for index in 0..<writers {
                    group.addTask {
                        let outcome = await store.write(RecordWrite(StoreKey("\(index)")))
                        if outcome.refusal == .busy,
                            refused.withLock({
                                $0 += 1; return $0
                            }) == 30
                        {
                            gate.open()
                        }
                        return outcome
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.allSatisfy { $0.revision != nil || $0.refusal == .busy })
            #expect(outcomes.count { $0.refusal == .busy } >= 30)
            #expect(await store.write(RecordWrite(StoreKey("later"))).revision != nil)
        }
    }

    @Test func tellsTheHookBeforeAnybodyElse() async throws {
        let events = Locked<[String]>([])
        var options = LMDBStore.Options()
        options.onCommit = { number in events.withLock { $0.append("durable \(number)") } }
        try await withStore(options: options) { store, _ in
            for number in 1...3 {
                _ = await store.write(RecordWrite(StoreKey("\(number)")))
                events.withLock { $0.append("told \(number)") }
            }
            try await store.store(Artifact(owner: .local, bytes: [1]))
            #expect(await store.write(RecordWrite(StoreKey("1"))) == .conflict)
            try await store.store(Artifact(owner: .local, bytes: [1]))
            let expected = [1, 2, 3].flatMap { ["durable \($0)", "told \($0)"] } + ["durable 4"]
            #expect(events.withLock { $0 } == expected)
        }
    }

    @Test func stopsAtTheConfiguredSizeAndKeepsReading() async throws {
        var options = LMDBStore.Options()
        options.initialMapBytes = 1 << 20
        options.maximumMapBytes = 2 << 20
        try await withStore(options: options) { (store, _) async throws in
            var outcomes: [WriteOutcome] = []
            for index in 0..<10 {
                outcomes.append(
                    await store.write(RecordWrite(StoreKey("\(index)"), [UInt8](repeating: 1, count: 400_000))))
            }
            #expect(outcomes.first?.revision != nil)
            #expect(outcomes.last?.refusal == .full)
            #expect(try store.get(StoreKey("0"))?.body.count == 400_000)
            #expect(await store.write(RecordWrite(StoreKey("small"))).revision != nil)
        }
    }

    /// Readers and a growing map: a read must never look at memory that has moved.
    @Test func growsUnderReaders() async throws {
        var options = LMDBStore.Options()
        options.initialMapBytes = 1 << 20
        try await withStore(options: options) { store, _ in
            #expect(await store.write(RecordWrite(StoreKey("a"), [7])).revision != nil)
            let isDone = Locked(false)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !isDone.withLock({ $0 }) {
                        #expect(try store.get(StoreKey("a"))?.body == [7])
                        _ = try await store.scan(StoreKey(), after: nil, limit: 100)
                    }
                }
                for index in 0..<40 {
                    let body = [UInt8](repeating: UInt8(index), count: 500_000)
                    #expect(await store.write(RecordWrite(StoreKey("big", "\(index)"), body)).revision != nil)
                }
                isDone.withLock { $0 = true }
                try await group.waitForAll()
            }
            for index in 0..<40 { #expect(try store.get(StoreKey("big", "\(index)"))?.body.last == UInt8(index)) }
        }
    }

    @Test func remembersOnlySoManyChanges() async throws {
        var options = LMDBStore.Options()
        options.changeLogLength = 5
        let directory = try TemporaryDirectory()
        let store = try LMDBStore.open(directory.store, options: options)
        for index in 0..<40 { _ = await store.write(RecordWrite(StoreKey("\(index)"))) }
        await store.close()
        var kept = 0
        try rewrite("changes", in: directory.store) { _, _ in kept += 1 }
        #expect(kept == 5)
    }

    @Test func forgetsWatchersThatAreDropped() async throws {
        try await withStore { store, _ in
            for round in 1...50 {
                let stream = store.watch(StoreKey())
                let task = Task { for await _ in stream { return } }
                #expect(await store.write(RecordWrite(StoreKey("\(round)"))).revision == Revision(UInt64(round)))
                await task.value
            }
            let canceled = store.watch(StoreKey())
            let task = Task { for await _ in canceled {} }
            task.cancel()
            await task.value
        }
    }
}

/// Holds a thread of the store's own until it is opened.
private final class BlockingGate: @unchecked Sendable {
    // @unchecked Sendable: the semaphore is made once at a stable address and is itself the lock.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func open() { sem_post(semaphore) }

    func wait() { while sem_wait(semaphore) != 0 {} }
}
