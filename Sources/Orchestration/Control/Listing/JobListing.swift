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
    /// The store holds more jobs than are looked through.
    public var isTruncated: Bool
}

extension JobService {
    /// The newest first. Not a snapshot over several pages; a job that stands still is on one of them.
    ///
    /// The first list of a process reads every job once; later ones read what has changed.
    /// - Parameter limit: of the jobs in the page.
    /// - Throws: ``StoreError``; `CancellationError`.
    public func list(_ filter: JobFilter, after: JobPlace? = nil, limit: Int) async throws -> JobPage {
        let catalog = try await catalog.current()
        let found = Self.select(catalog.lines, filter)
        let rest = after.map { after in found.drop { $0.place >= after } } ?? found[...]
        var page = JobPage(entries: [], total: found.count, isTruncated: catalog.isTruncated)
        for card in rest.prefix(limit) {
            if let entry = try entry(card, filter) { page.entries.append(entry) }
        }
        page.next = rest.count > limit ? rest.prefix(limit).last?.place : nil
        return page
    }

    /// The newest first, each job once: one that was put away may still stand in its case's place.
    private static func select(_ cards: some Sequence<JobCard>, _ filter: JobFilter) -> [JobCard] {
        let search = filter.search?.lowercased()
        let sorted = cards.filter { filter.fits($0, search: search) }.sorted { one, other in
            one.place == other.place ? !one.isArchived && other.isArchived : one.place > other.place
        }
        var found: [JobCard] = []
        found.reserveCapacity(sorted.count)
        for card in sorted where card.place != found.last?.place { found.append(card) }
        return found
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

extension JobFilter {
    fileprivate func fits(_ job: JobCard, search: String?) -> Bool {
        if let owner, job.owner != owner { return false }
        if let family, job.family != family { return false }
        if let statuses, !statuses.contains(job.status) { return false }
        if let from, job.place.createdAt < from { return false }
        if let to, job.place.createdAt > to { return false }
        if job.isArchived, !includesArchived { return false }
        guard let search else { return true }
        return job.caseID.text.lowercased().contains(search) || job.place.jobID.text.lowercased().contains(search)
    }
}
