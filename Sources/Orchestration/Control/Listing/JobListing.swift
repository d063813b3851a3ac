import JobModel
import Logging

/// Which jobs are asked for; nil asks for all of them.
public struct JobFilter: Hashable, Sendable {
    public var owner: OwnerID?
    public var family: JobFamily?
    public var statuses: Set<JobStatus>?
    /// Of their creation, both ends included.
    public var from: Milliseconds?
    public var to: Milliseconds?
    /// A part of the case's or the job's id, upper and lower case alike.
    public var search: String?
    /// Earlier jobs of cases that have had another since.
    public var includesArchived = false

    public init() {}
}

/// Some of the jobs that were asked for.
public struct JobPage: Sendable {
    public struct Entry: Sendable {
        public var record: JobRecord
        public var isArchived: Bool
    }

    public var entries: [Entry]
    /// To go on behind; nil once there are no more. A page may be short, or empty, and yet not be the last: what became
    /// of a job since it was looked for is known only when it is read.
    public var next: JobPlace?
    /// How many fit, on all pages.
    public var total: Int
    /// The store holds more jobs than are looked through, which are the newest.
    public var isTruncated: Bool
}

extension JobService {
    /// The newest first. Not a snapshot over several pages; a job that stands still is on one of them.
    ///
    /// The first list of a process reads every job once; later ones read what has changed.
    /// - Parameter limit: of the jobs in the page.
    /// - Throws: ``StoreError``; `CancellationError`.
    public func list(_ filter: JobFilter, after: JobPlace? = nil, limit: Int) async throws -> JobPage {
        let (found, isTruncated) = try await catalog.read { book in
            (JobSelection(of: book.lines, fitting: filter, after: after, limit: limit), book.isTruncated)
        }
        var page = JobPage(entries: [], next: found.next, total: found.total, isTruncated: isTruncated)
        for card in found.cards {
            if let entry = try entry(card, filter) { page.entries.append(entry) }
        }
        return page
    }

    /// Nil if it fits no more. One that cannot be read keeps the others from nothing.
    private func entry(_ card: JobCard, _ filter: JobFilter) throws(StoreError) -> JobPage.Entry? {
        guard let stored = try store.get(card.key), !stored.isTombstone else { return nil }
        do throws(StoreError) {
            let record = try RecordCoding.decode(JobRecord.self, from: stored.asJob)
            guard record.jobID == card.place.jobID, filter.statuses?.contains(record.status) ?? true else { return nil }
            return JobPage.Entry(record: record, isArchived: card.isArchived)
        } catch {
            logger.error("store.read_failed", metadata: ["key": "\(card.key.redacted)", "error": "\(error.message)"])
            return nil
        }
    }
}
