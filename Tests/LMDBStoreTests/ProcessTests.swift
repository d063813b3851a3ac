import LMDBStore
import Orchestration
import OrchestrationTestKit
import Testing

/// What only shows with a second process on the same directory.
@Suite struct ProcessTests {
    @Test func seesAndHearsWhatAnotherProcessWrites() async throws {
        try await withStore { store, directory in
            let probe = try Probe("serve", directory.store)
            #expect(try await probe.line() == "open")
            let news = store.watch(StoreKey("case", "a"))
            let other = store.watch(StoreKey("elsewhere"))
            for round in 1...20 {
                let said = try await probe.ask("put a 100")
                #expect(said == "committed \(round)")
                let heard = try await withDeadline(waitingFor: "news of another process") {
                    for await revision in news where revision.number >= UInt64(round) { return revision }
                    throw ConformanceFailure("the stream ended")
                }
                #expect(heard == Revision(UInt64(round)))
                #expect(try store.get(StoreKey("case", "a"))?.revision == heard)
            }
            #expect(await store.write(RecordWrite(StoreKey("elsewhere"))).revision == Revision(21))
            var elsewhere = other.makeAsyncIterator()
            #expect(await elsewhere.next() == Revision(21))
            try await probe.finish()
        }
    }

    @Test func countsExactlyAcrossProcesses() async throws {
        try await withStore { store, directory in
            let key = StoreKey("counter")
            #expect(await store.write(RecordWrite(key, Array("0".utf8))).revision != nil)
            let probes = try (0..<2).map { _ in try Probe("serve", directory.store) }
            for probe in probes { #expect(try await probe.line() == "open") }
            for probe in probes { try probe.say("count 4 25") }
            for probe in probes { #expect(try await probe.line() == "counted") }
            let record = try #require(try store.get(key))
            #expect(String(decoding: record.body, as: UTF8.self) == "200")
            #expect(record.revision == Revision(201))
            for probe in probes { try await probe.finish() }
        }
    }

    /// The lookout tells of another process's commits, and its watchers are canceled while it does.
    @Test(.timeLimit(.minutes(5)))
    func endsWatchersWhileAnotherProcessWrites() async throws {
        try await withStore { store, directory in
            let (key, rounds, tasks, times) = (StoreKey("counter"), 60, 4, 5)
            #expect(await store.write(RecordWrite(key, Array("0".utf8))).revision != nil)
            let probe = try Probe("serve", directory.store)
            #expect(try await probe.line() == "open")
            try await WatcherChurn(store: store, rounds: rounds).run { _ in
                var news = store.watch(key).makeAsyncIterator()
                try probe.say("count \(tasks) \(times)")
                #expect(await news.next() != nil)
            }
            for _ in 0..<rounds { #expect(try await probe.line() == "counted") }
            let record = try #require(try store.get(key))
            #expect(String(decoding: record.body, as: UTF8.self) == "\(rounds * tasks * times)")
            try await probe.finish()
        }
    }

    @Test(arguments: [40, 150, 400])
    func losesNothingAcknowledgedWhenKilled(acknowledgements: Int) async throws {
        let directory = try TemporaryDirectory()
        let probe = try Probe("fill", directory.store)
        var acknowledged: Set<String> = []
        while acknowledged.count < acknowledgements, let line = try await probe.line() {
            acknowledged.insert(String(line.dropFirst("ack ".count)))
        }
        probe.kill()
        while let line = try await probe.line() { acknowledged.insert(String(line.dropFirst("ack ".count))) }
        let store = try LMDBStore.open(directory.store)
        let lines = try await store.scan(StoreKey("fill"), after: nil, limit: .max)
        #expect(Set(lines.map { $0.key.components[1] }).isSuperset(of: acknowledged))
        #expect(try store.latestRevision() == Revision(UInt64(lines.count)))
        for line in lines { #expect(try store.get(line.key)?.body.count == 3000) }
        #expect(await store.write(RecordWrite(StoreKey("next"))).revision == Revision(UInt64(lines.count + 1)))
        await store.close()
    }

    @Test(arguments: 1...4)
    func isKilledAfterTheCommitItNames(commit: Int) async throws {
        let directory = try TemporaryDirectory()
        let probe = try Probe("serve", directory.store, "die-at=\(commit)")
        #expect(try await probe.line() == "open")
        for number in 1..<commit { #expect(try await probe.ask("put n\(number) 10") == "committed \(number)") }
        #expect(try await probe.ask("put last 10") == nil)
        let store = try LMDBStore.open(directory.store)
        #expect(try store.get(StoreKey("case", "last"))?.revision == Revision(UInt64(commit)))
        await store.close()
    }

    @Test func goesOnWhenAnotherWriterIsKilled() async throws {
        try await withStore { store, directory in
            let probe = try Probe("fill", directory.store)
            for _ in 0..<20 { _ = try await probe.line() }
            probe.kill()
            let outcome = await store.write(RecordWrite(StoreKey("after")))
            #expect(outcome.revision != nil)
            while try await probe.line() != nil {}
        }
    }

    @Test func holdsADirectoryAlone() async throws {
        let directory = try TemporaryDirectory()
        let probe = try Probe("serve", directory.store, "exclusive")
        #expect(try await probe.line() == "open")
        for isExclusive in [true, false] {
            var options = LMDBStore.Options()
            options.exclusive = isExclusive
            let error = #expect(throws: StoreError.self) { try LMDBStore.open(directory.store, options: options) }
            #expect(error?.code == .inUse)
        }
        probe.kill()
        while try await probe.line() != nil {}
        let store = try await reopened(directory.store)
        let refused = try Probe("open", directory.store, "exclusive")
        #expect(try await refused.line()?.hasPrefix("error in_use ") == true)
        let shared = try Probe("open", directory.store)
        #expect(try await shared.line() == "open")
        await store.close()
    }

    @Test func growsTheMapUnderTwoProcesses() async throws {
        var options = LMDBStore.Options()
        options.initialMapBytes = 1 << 20
        try await withStore(options: options) { store, directory in
            let probe = try Probe("serve", directory.store, "map=1048576")
            #expect(try await probe.line() == "open")
            for round in 0..<12 {
                // Each grows the file in turn; the other finds it resized when it reads, and when it writes.
                #expect(try await probe.ask("put theirs\(round) 500000")?.hasPrefix("committed ") == true)
                #expect(try store.get(StoreKey("case", "theirs\(round)"))?.body.count == 500_000)
                let mine = RecordWrite(StoreKey("mine", "\(round)"), [UInt8](repeating: 2, count: 500_000))
                #expect(await store.write(mine).revision == Revision(UInt64(2 * round + 2)))
            }
            #expect(try await store.scan(StoreKey(), after: nil, limit: 100).count == 24)
            try await probe.finish()
        }
    }

    @Test func refusesWritesWhenTheDiskIsFullAndKeepsWhatItHas() async throws {
        let directory = try TemporaryDirectory()
        let probe = try Probe("serve", directory.store, "file-limit=3000000")
        #expect(try await probe.line() == "open")
        var committed = 0
        var answer = try await probe.ask("put n0 200000")
        while answer == "committed \(committed + 1)", committed < 100 {
            committed += 1
            answer = try await probe.ask("put n\(committed) 200000")
        }
        #expect(answer == "refused full")
        #expect((5..<15).contains(committed))
        #expect(try await probe.ask("put n0 300") == "committed \(committed + 1)")
        try await probe.finish()
        let store = try LMDBStore.open(directory.store)
        #expect(try await store.scan(StoreKey("case"), after: nil, limit: 100).count == committed)
        #expect(await store.write(RecordWrite(StoreKey("room"), [UInt8](repeating: 1, count: 200_000))).revision != nil)
        await store.close()
    }

    /// The kernel lets go of a dead process's lock a moment after its output ends.
    private func reopened(_ directory: String) async throws -> LMDBStore {
        try await withDeadline(waitingFor: "the lock of a dead process") {
            while true {
                do {
                    return try LMDBStore.open(directory)
                } catch let error as StoreError where error.code == .inUse {
                    await Task.yield()
                }
            }
        }
    }
}
