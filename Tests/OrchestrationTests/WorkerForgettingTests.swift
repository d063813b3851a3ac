import JobModel
import Orchestration
import Testing

@Suite("Runs leave a worker's store in time")
struct WorkerForgettingTests {
    @Test("a run whose time is over is emptied by one pass and purged by a later one")
    func emptiedAndPurged() async throws {
        let store = MemoryStore()
        let policy = RunPolicy(restKept: 0, deadLetterKept: 0, memoryKept: 0)
        try await WorkerBench(store, policy: policy).running { bench in
            _ = await bench.service.accept(try bench.admission.proposal(for: Samples.request(assets: 2)))
            await bench.settled("job-1", in: store)
        }
        let key = Keys.run(try JobID("job-1"))
        try await WorkerBench(store, policy: policy).running { _ in
            let news = store.watch(key)
            if try store.get(key)?.isTombstone != false { return }
            for await _ in news where try store.get(key)?.isTombstone != false { break }
        }
        // Whether one pass or two have been made by now, another start makes the last.
        if let left = try store.get(key) {
            #expect(left.isTombstone && !left.body.isEmpty)
            try await WorkerBench(store, policy: policy).running { _ in
                let news = store.watch(key)
                if try store.get(key) == nil { return }
                for await _ in news where try store.get(key) == nil { break }
            }
        }
        #expect(try store.get(key) == nil)
    }
}
