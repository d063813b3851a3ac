import JobModel
import Threads

/// Taking up what an earlier process left unfinished.
extension WorkerService {
    /// So many records are read and decoded, and what follows is written, before the next are.
    private static var resumedAtOnce: Int { 64 }
    /// A worker that is never idle goes on with the next after this time.
    private static var pace: Milliseconds { 100 }

    /// Runs that have begun go first: their calls were in flight, their deadlines run.
    /// - Returns: the others.
    func resumeBegun() async throws(StoreError) -> [JobID] {
        var (begun, waiting): ([JobID], [JobID]) = ([], [])
        try await eachRun { job, summary in
            guard summary.header.state & RunRecord.unrested != 0, !summary.isTombstone else { return }
            if summary.header.state & RunRecord.begun != 0 { begun.append(job) } else { waiting.append(job) }
        }
        await resume(begun)
        return waiting
    }

    func resume(_ jobs: [JobID]) async { await send(.resumed, to: jobs) }

    /// To a few at a time, so that whoever asks meanwhile is answered.
    func send(_ event: RunEvent, to jobs: [JobID]) async {
        var rest = jobs[...]
        while !rest.isEmpty, !Task.isCancelled, !isDraining {
            let (some, records) = (rest.prefix(Self.resumedAtOnce), records)
            rest = rest.dropFirst(Self.resumedAtOnce)
            await loader.run { for job in some { records.send(event, to: job) } }
            await within(Self.pace) { await records.untilIdle() }
        }
    }
}
