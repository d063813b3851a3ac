import JobModel
import Logging

/// An outcome that a receiver would not take, or not within the schedule.
public struct DeadLetter: Hashable, Sendable {
    public var job: JobID
    public var caseID: CaseID
    public var epoch: Int
    public var version: Int
    public var status: JobStatus
    public var reason: String
    public var finishedAt: Milliseconds?
}

extension WorkerService {
    /// Outcomes that wait for a redelivery by command, in the order of their jobs' ids.
    /// - Parameters:
    ///   - after: start behind this job, to page on.
    ///   - limit: at most so many.
    public func deadLetters(after: JobID?, limit: Int) async throws(StoreError) -> [DeadLetter] {
        var letters: [DeadLetter] = []
        var last = after.map { Keys.run($0) }
        while letters.count < limit {
            let page = try await store.scan(Keys.runs, after: last, limit: 1_000)
            for summary in page where summary.isDeadLetter {
                guard letters.count < limit else { break }
                if let letter = try deadLetter(summary) { letters.append(letter) }
            }
            guard page.count == 1_000, let end = page.last else { break }
            last = end.key
        }
        return letters
    }

    /// Tells all of them again.
    /// - Returns: how many.
    public func redeliverDeadLetters() async throws(StoreError) -> Int {
        var count = 0
        try await eachRun { job, summary in
            guard summary.isDeadLetter, !isDraining, case .done = await redeliver(job) else { return }
            count += 1
        }
        return count
    }

    private func deadLetter(_ summary: RecordSummary) throws(StoreError) -> DeadLetter? {
        guard let stored = try store.get(summary.key), !stored.isTombstone else { return nil }
        let run = try RecordCoding.decode(RunRecord.self, from: stored)
        guard case .deadLetter(let reason) = run.delivery.end else { return nil }
        return DeadLetter(
            job: run.jobID, caseID: run.caseID, epoch: run.epoch, version: run.version, status: run.status,
            reason: reason, finishedAt: run.finishedAt)
    }
}

extension RecordSummary {
    fileprivate var isDeadLetter: Bool { !isTombstone && !isDamaged && header.state & RunRecord.deadLetter != 0 }
}
