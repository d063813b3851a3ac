import JobModel
import Orchestration
import OrchestrationTestKit
import Testing
import Threads

@Suite struct WorkerServiceTests {
    @Test func makesEveryImageAndTellsTheReceiver() async throws {
        let store = MemoryStore()
        try await WorkerBench(store).running { bench in
            let reply = await bench.service.accept(try bench.admission.proposal(for: Samples.request()))
            guard case .accepted(let run) = reply else {
                Issue.record("not accepted: \(String(describing: reply))")
                return
            }
            #expect(run.epoch == 1)
            let final = await bench.sender.finalSnapshot()
            #expect(final.status == .completed)
            #expect(final.madeCount == 14)
            #expect(final.failedIDs.isEmpty)
            #expect(bench.sender.uploads.count == 14)
            for asset in final.assets {
                #expect(asset.picture?.hash == ContentHash(of: Array(asset.id.text.utf8)))
                #expect(asset.source?.costMicros == 7)
            }
            let versions = bench.sender.snapshots.map(\.version)
            #expect(versions == versions.sorted())
        }
    }

    @Test("whoever asks after a lost final webhook is told the outcome: its pictures are with the receiver")
    func toldWhenAsked() async throws {
        let sender = RecordingSender { $0.isFinal ? .failed(reason: "lost", retryAfter: nil) : .accepted(stopBy: nil) }
        try await WorkerBench(MemoryStore(), sender: sender).running { bench in
            _ = await bench.service.accept(try bench.admission.proposal(for: Samples.request(assets: 3)))
            _ = await sender.finalSnapshot()
            let told = try #require(try bench.service.snapshot(JobID("job-1"), claim: Claim("claim-1")))
            #expect(told.isFinal && told.madeCount == 3)
        }
    }

    @Test func retriesTransientErrorsAndParksRefusals() async throws {
        let attempts = Locked<[AssetID: Int]>([:])
        let bench = WorkerBench(MemoryStore()) { asset, number in
            attempts.withLock { $0[asset] = number }
            switch asset.text {
            case "evidence-1" where number < 3: return .failed(MediaError(.providerFailure, "hiccup"))
            case "evidence-2": return .failed(MediaError(.refused, "no"))
            case "evidence-3": return .failed(MediaError(.timeout, "slow", phase: .afterSend))
            default: return ScriptedProvider.picture(of: asset)
            }
        }
        try await bench.running { bench in
            _ = await bench.service.accept(try bench.admission.proposal(for: Samples.request()))
            let final = await bench.sender.finalSnapshot()
            #expect(final.status == .partial)
            #expect(final.failedIDs.map(\.text) == ["evidence-2", "evidence-3"])
            let states = Dictionary(uniqueKeysWithValues: final.assets.map { ($0.id.text, $0.status) })
            #expect(states["evidence-1"] == .generated)
            #expect(states["evidence-2"] == .needsPromptUpdate)
            #expect(states["evidence-3"] == .failed)
        }
        let made = attempts.withLock { $0 }
        #expect(made[try AssetID("evidence-1")] == 3)
        #expect(made[try AssetID("evidence-2")] == 1)
        #expect(made[try AssetID("evidence-3")] == 4)
    }

    @Test func theSameJobAndEpochAgainIsTheSameRun() async throws {
        let calls = Locked(0)
        let bench = WorkerBench(MemoryStore()) { asset, _ in
            calls.withLock { $0 += 1 }
            return ScriptedProvider.picture(of: asset)
        }
        try await bench.running { bench in
            let proposal = try bench.admission.proposal(for: Samples.request())
            async let first = bench.service.accept(proposal)
            async let second = bench.service.accept(proposal)
            for reply in await [first, second] {
                guard case .accepted = reply else {
                    Issue.record("not accepted")
                    return
                }
            }
            _ = await bench.sender.finalSnapshot()
            guard case .accepted(let run) = await bench.service.accept(proposal) else {
                Issue.record("not accepted after the end")
                return
            }
            #expect(run.status == .completed)
        }
        #expect(calls.withLock { $0 } == 14)
    }

    @Test func olderEpochsAndOtherClaimsAreRefused() async throws {
        try await WorkerBench(MemoryStore()).running { bench in
            _ = await bench.service.accept(try bench.admission.proposal(for: Samples.request(epoch: 2, claim: "b")))
            let older = await bench.service.accept(
                try bench.admission.proposal(for: Samples.request(epoch: 1, claim: "a")))
            #expect(older == .staleEpoch(current: 2))
            let other = await bench.service.accept(
                try bench.admission.proposal(for: Samples.request(epoch: 2, claim: "c")))
            guard case .conflict = other else {
                Issue.record("another claim was taken: \(String(describing: other))")
                return
            }
        }
    }

    @Test func aRequestWithoutJobIdJoinsConflictsAndCountsEpochs() async throws {
        let gate = Gate()
        let bench = WorkerBench(MemoryStore()) { asset, _ in
            await gate.wait()
            return ScriptedProvider.picture(of: asset)
        }
        try await bench.running { bench in
            func ask(_ assets: Int) async throws -> RunReply? {
                await bench.service.accept(
                    try bench.admission.proposal(for: Samples.request(assets: assets, jobID: nil, artifactURL: nil)))
            }
            guard case .accepted(let first) = try await ask(3), case .accepted(let again) = try await ask(3) else {
                Issue.record("not accepted")
                return
            }
            #expect(first.jobID == again.jobID && first.epoch == 1 && again.epoch == 1)
            guard case .conflict = try await ask(4) else {
                Issue.record("another body was taken while the first was being worked on")
                return
            }
            gate.open()
            _ = await bench.sender.finalSnapshot()
            guard case .accepted(let next) = try await ask(4) else {
                Issue.record("not accepted after the end")
                return
            }
            #expect(next.epoch == 2)
        }
    }

    @Test func beyondItsBoundAWorkerIsBusy() async throws {
        let gate = Gate()
        let bench = WorkerBench(MemoryStore(), maximumRuns: 2) { asset, _ in
            await gate.wait()
            return ScriptedProvider.picture(of: asset)
        }
        try await bench.running { bench in
            for number in 1...2 {
                let request = try Samples.request("case-\(number)", assets: 1, jobID: "job-\(number)")
                _ = await bench.service.accept(try bench.admission.proposal(for: request))
            }
            let third = try Samples.request("case-3", assets: 1, jobID: "job-3")
            var pauses: [Int] = []
            for _ in 1...41 {
                if case .busy(_, let seconds) = await bench.service.accept(try bench.admission.proposal(for: third)) {
                    pauses.append(seconds)
                }
            }
            gate.open()
            #expect(pauses.count == 41, "a third run was taken")
            // The more are turned away, the later they are asked to come again.
            #expect(pauses.first == 2 && pauses.last == 4 && pauses == pauses.sorted())
        }
    }

    @Test func cancelEndsCallsInFlight() async throws {
        let started = Gate()
        let bench = WorkerBench(MemoryStore()) { asset, _ in
            started.open()
            await untilCanceled()
            return .failed(MediaError(.canceled, "closed", phase: .afterSend))
        }
        try await bench.running { bench in
            _ = await bench.service.accept(try bench.admission.proposal(for: Samples.request()))
            await started.wait()
            guard case .done = await bench.service.cancel(try JobID("job-1")) else {
                Issue.record("the cancel was not taken")
                return
            }
            let final = await bench.sender.finalSnapshot()
            #expect(final.status == .canceled)
            #expect(final.failedIDs.count == 14)
        }
    }
}
