import JobModel
import Logging
import Threads

/// A line about each of many records, kept in memory and made again only when its record has changed: so that what is
/// asked of all records at once costs a pass over headers, and nothing while nothing changes.
///
/// A record that cannot be read is logged and left out; it keeps the others from nothing.
final class RecordLines<Line: Sendable>: Sendable {
    /// What was known when `current` looked.
    struct Contents: Sendable {
        fileprivate var entries: [StoreKey: Entry] = [:]
        fileprivate var upTo: Revision?
        /// There were more records than are held.
        fileprivate(set) var isTruncated = false

        var lines: some Sequence<Line> { entries.values.lazy.compactMap(\.line) }
    }

    fileprivate struct Entry: Sendable {
        var revision: Revision
        /// Nil if the record cannot be read, until it changes.
        var line: Line?
    }

    private let store: any KeyValueStore
    private let prefixes: [StoreKey]
    private let recordsAtMost: Int
    private let logger: Logger
    private let isWanted: @Sendable (RecordSummary) -> Bool
    private let make: @Sendable (StoredRecord) throws(StoreError) -> Line
    private let contents = Locked(Contents())
    private let turns = Turns(width: 1)

    /// Records that are read without giving other tasks a turn.
    private static var pageSize: Int { 200 }

    /// - Parameters:
    ///   - prefixes: under which the records stand.
    ///   - isWanted: told by the header.
    ///   - make: gets no tombstones that say nothing.
    init(
        store: any KeyValueStore, prefixes: [StoreKey], recordsAtMost: Int, logger: Logger,
        isWanted: @escaping @Sendable (RecordSummary) -> Bool,
        make: @escaping @Sendable (StoredRecord) throws(StoreError) -> Line
    ) {
        self.store = store
        self.prefixes = prefixes
        self.recordsAtMost = recordsAtMost
        self.logger = logger
        self.isWanted = isWanted
        self.make = make
    }

    /// Holds everything that was committed before the call. Callers at one time share a pass.
    /// - Throws: ``StoreError``; `CancellationError` if the caller was canceled while it waited.
    func current() async throws -> Contents {
        let read: Result<Contents, StoreError>? = await turns.run {
            do throws(StoreError) { return .success(try await refreshed()) } catch { return .failure(error) }
        }
        guard let read else { throw CancellationError() }
        return try read.get()
    }

    private func refreshed() async throws(StoreError) -> Contents {
        let known = contents.withLock { $0 }
        var next = Contents()
        next.upTo = try store.latestRevision()
        if let upTo = known.upTo, upTo == next.upTo { return known }
        for prefix in prefixes {
            var after: StoreKey?
            while next.entries.count < recordsAtMost {
                let page = try await store.scan(prefix, after: after, limit: Self.pageSize)
                for summary in page where !summary.isDamaged && isWanted(summary) {
                    next.entries[summary.key] = try entry(for: summary, known: known.entries[summary.key])
                }
                guard page.count == Self.pageSize, let last = page.last else { break }
                after = last.key
            }
        }
        next.isTruncated = next.entries.count >= recordsAtMost
        contents.withLock { [next] in $0 = next }
        return next
    }

    /// - Throws: what may be otherwise the next time.
    private func entry(for summary: RecordSummary, known: Entry?) throws(StoreError) -> Entry? {
        if let known, known.revision == summary.revision { return known }
        do throws(StoreError) {
            guard let stored = try store.get(summary.key), !stored.isEmpty else { return nil }
            return Entry(revision: stored.revision, line: try make(stored))
        } catch {
            guard error.code == .corrupt || error.code == .newerFormat else { throw error }
            logger.error(
                "store.read_failed", metadata: ["key": "\(summary.key.redacted)", "error": "\(error.message)"])
            return Entry(revision: summary.revision, line: nil)
        }
    }
}
