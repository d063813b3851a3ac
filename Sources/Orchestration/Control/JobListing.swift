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
    /// To go on behind; nil once there are no more. A page may be short, or empty, and yet not be the last.
    public var next: StoreKey?
}

extension JobService {
    private static var headersAtMost: Int { 5_000 }
    private static var scanSize: Int { 500 }

    /// Jobs in the order of their keys: those of cases by the case's name, by owner. Not a snapshot over several pages.
    ///
    /// Looks at the headers of at most 5,000 records, and reads those that fit.
    /// - Parameter limit: of the jobs in the page.
    public func list(
        _ filter: JobFilter, after: StoreKey? = nil, limit: Int
    ) async throws(StoreError) -> JobPage {
        var page = JobPage(entries: [])
        var seen = 0
        for prefix in Self.prefixes(filter) {
            var place = after
            if let after, !after.hasPrefix(prefix) {
                if prefix < after { continue }
                place = nil
            }
            while true {
                let lines = try await store.scan(prefix, after: place, limit: Self.scanSize)
                for line in lines {
                    place = line.key
                    seen += 1
                    if let entry = try entry(line, filter) { page.entries.append(entry) }
                    if page.entries.count == limit || seen == Self.headersAtMost {
                        page.next = line.key
                        return page
                    }
                }
                guard lines.count == Self.scanSize else { break }
            }
        }
        return page
    }

    /// In the order of keys.
    private static func prefixes(_ filter: JobFilter) -> [StoreKey] {
        let present =
            switch filter.owner {
            case nil: Keys.jobs
            case let owner?: [Keys.cases(owner: owner)]
            }
        return (filter.includesArchived ? present + [Keys.archivedJobs] : present).sorted()
    }

    /// One that cannot be read keeps the others from nothing.
    private func entry(_ line: RecordSummary, _ filter: JobFilter) throws(StoreError) -> JobPage.Entry? {
        let kind = RecordKind(rawValue: line.header.kind)
        guard kind == .job || kind == .archivedJob, !line.isTombstone, !line.isDamaged else { return nil }
        if let family = filter.family, JobFamily(headerState: line.header.state) != family { return nil }
        if let statuses = filter.statuses, let status = JobStatus(headerState: line.header.state),
            !statuses.contains(status)
        {
            return nil
        }
        guard let stored = try store.get(line.key), !stored.isTombstone else { return nil }
        do throws(StoreError) {
            let record = try RecordCoding.decode(JobRecord.self, from: stored.asJob)
            return filter.fits(record) ? JobPage.Entry(record: record, isArchived: kind == .archivedJob) : nil
        } catch {
            logger.error("store.read_failed", metadata: ["key": "\(line.key.redacted)", "error": "\(error.message)"])
            return nil
        }
    }
}

extension JobFilter {
    fileprivate func fits(_ job: JobRecord) -> Bool {
        if let owner, job.owner != owner { return false }
        if let statuses, !statuses.contains(job.status) { return false }
        if let from, job.createdAt < from { return false }
        if let to, job.createdAt > to { return false }
        return true
    }
}
