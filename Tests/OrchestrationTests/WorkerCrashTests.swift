import JobModel
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

/// Each commit of a run is in turn the last one of its process: the next process must end the job with nothing lost.
@Suite struct WorkerCrashTests {
    private let calls = Locked<[AssetID: Int]>([:])

    private func bench(_ store: any KeyValueStore & ArtifactStore) -> WorkerBench {
        let calls = calls
        return WorkerBench(store) { asset, _ in
            calls.withLock { $0[asset, default: 0] += 1 }
            return ScriptedProvider.picture(of: asset)
        }
    }

    /// Runs a job until the process "dies" at its commit, right after that is durable and before anybody is told.
    /// - Returns: whether the trigger had been acknowledged; nil if the job ended before so many commits.
    private func runUntilDeath(at commit: Int, on store: MemoryStore) async throws -> Bool? {
        let died = Gate()
        let faulty = FaultInjectingStore(store) { number, _ in
            if number < commit { return [] }
            if number > commit { return [.refused(StoreError(.closed, "dead"))] }
            return [
                .after {
                    died.open()
                    await untilCanceled()
                }
            ]
        }
        return try await bench(faulty).running { bench in
            let proposal = try bench.admission.proposal(for: Samples.request(assets: 6))
            // Not structured: at the first commit nobody is ever told.
            let accepted = Task { await bench.service.accept(proposal) }
            let isDead = await first(
                { await died.wait() },
                isBefore: {
                    _ = await bench.sender.finalSnapshot()
                    await bench.settled("job-1", in: store)
                })
            guard isDead else { return nil }
            return commit > 1 ? await accepted.value != nil : false
        }
    }

    @Test func nothingAcknowledgedIsLostAtAnyCommit() async throws {
        var commit = 1
        while true {
            let store = MemoryStore()
            calls.withLock { $0 = [:] }
            guard let wasAcknowledged = try await runUntilDeath(at: commit, on: store) else { break }
            try await checkRecovery(of: store, wasAcknowledged: wasAcknowledged, commit: commit)
            commit += 1
        }
        #expect(commit > 3, "a run makes several commits")
    }

    private func checkRecovery(of store: MemoryStore, wasAcknowledged: Bool, commit: Int) async throws {
        let before = calls.withLock { $0 }
        let job = try JobID("job-1")
        let next = bench(store)
        guard let stored = try next.service.view(job) else {
            #expect(!wasAcknowledged, "commit \(commit): the acknowledged run is gone")
            return
        }
        try await next.running { bench in
            if !stored.isAtRest {
                let final = await bench.sender.finalSnapshot()
                #expect(final.status == .completed, "commit \(commit)")
            }
        }
        for asset in stored.assets {
            let repeated = calls.withLock { $0[asset.id, default: 0] } - before[asset.id, default: 0]
            // What the record knew as made is not made again; what was in flight is made once more.
            #expect(repeated <= (asset.state == .generated ? 0 : 1), "commit \(commit), \(asset.id)")
        }
    }
}
