import JobModel
import Testing
import Threads

@testable import Orchestration

@Suite("A request's trace goes on with the job")
struct TraceTests {
    private static let trace = TraceParent(header: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")

    @Test func aJobKeepsIt() throws {
        let admission = JobAdmission(clock: SystemClock(), random: SystemRandom())
        var draft = try admission.draft(of: try Samples.request(jobID: nil, artifactURL: nil), owner: .local)
        let (first, second) = (
            try admission.proposal(for: draft, handOut: Samples.addresses).record,
            try admission.proposal(for: draft, handOut: Samples.addresses).record
        )
        #expect(first.trace != nil && first.trace?.traceID != second.trace?.traceID, "each begins one of its own")
        #expect(first.trace.flatMap { TraceParent(header: $0.description) } == first.trace)
        draft.trace = Self.trace
        let kept = try admission.proposal(for: draft, handOut: Samples.addresses).record
        #expect(kept.trace == Self.trace && kept.requestHash == first.requestHash, "it is no part of what is asked for")
    }

    @Test("every call, picture and webhook of a run has it, also of one that begins it")
    func aRunSendsIt() async throws {
        for trace in [Self.trace, nil] {
            let seen = Locked<[TraceParent?]>([])
            let store = MemoryStore()
            let bench = WorkerBench(store) { asset, _ in
                seen.withLock { $0.append(CallTrace.current) }
                return ScriptedProvider.picture(of: asset)
            }
            let run = try await bench.running { bench in
                let proposal = try bench.admission.proposal(for: try Samples.request(assets: 3), trace: trace)
                #expect(await bench.service.accept(proposal) != nil)
                _ = await bench.sender.finalSnapshot()
                return proposal.record
            }
            #expect(run.trace != nil && (trace == nil || run.trace == trace))
            #expect(seen.withLock { $0 } == Array(repeating: run.trace, count: 3))
            #expect(bench.sender.snapshots.allSatisfy { $0.trace == run.trace } && !bench.sender.snapshots.isEmpty)
            #expect(bench.sender.traces.count == 3 && bench.sender.traces.allSatisfy { $0 == run.trace })
        }
    }
}
