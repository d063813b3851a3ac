import JobModel
import Logging
import Threads

/// Brings lines about records up to date.
struct LineReader<Line: Sendable>: Sendable {
    typealias Book = LineBook<Line>

    let store: any KeyValueStore
    let source: RecordLines<Line>.Source
    let logger: Logger

    /// Headers that are passed over at one go.
    private static var pageSize: Int { 200 }
    /// Of writes in the whole store: beyond so many a pass over headers costs less.
    private static var changesAtMost: Int { 16_384 }

    /// What fails leaves the book as good as it was.
    func refresh(_ book: Locked<Book>, on pool: BlockingPool) async throws(StoreError) {
        let isDone = try await pool.run {
            Result { () throws(StoreError) in
                try book.withLock { book throws(StoreError) in try takeChanges(into: &book) }
            }
        }.get()
        if !isDone { try await readAll(into: book, on: pool) }
    }

    /// - Returns: false if nobody can say what has changed, or if there is room for what was left out.
    private func takeChanges(into book: inout Book) throws(StoreError) -> Bool {
        guard let upTo = book.upTo else { return false }
        let changes = try store.changes(StoreKey(), after: upTo, limit: Self.changesAtMost)
        guard let changed = changes.changed else { return false }
        for (key, revision) in changed where source.prefixes.contains(where: key.hasPrefix) {
            guard book.entry(at: key, since: revision) == nil else { continue }
            book.set(key, try entry(at: key, revision))
        }
        book.upTo = changes.upTo
        return !book.wantsMore
    }

    private func readAll(into book: Locked<Book>, on pool: BlockingPool) async throws(StoreError) {
        var empty = Book(atMost: source.recordsAtMost)
        // What is written while it goes on is looked at again the next time.
        empty.upTo = try store.latestRevision()
        let next = Locked(empty)
        for prefix in source.prefixes {
            var after: StoreKey?
            repeat {
                let page = try await store.scan(prefix, after: after, limit: Self.pageSize)
                try await pool.run {
                    Result { () throws(StoreError) in try take(page, into: next, known: book) }
                }.get()
                after = page.count == Self.pageSize ? page.last?.key : nil
            } while after != nil
        }
        await pool.run { book.withLock { $0 = next.withLock { $0 } } }
    }

    private func take(_ page: [RecordSummary], into next: Locked<Book>, known: Locked<Book>) throws(StoreError) {
        for summary in page where !summary.isDamaged && source.isWanted(summary) {
            var entry = known.withLock { $0.entry(at: summary.key, since: summary.revision) }
            if entry == nil { entry = try self.entry(at: summary.key, summary.revision) }
            next.withLock { [entry] in $0.set(summary.key, entry) }
        }
    }

    /// Nil if there is nothing to say of the record.
    /// - Throws: what may be otherwise the next time.
    private func entry(at key: StoreKey, _ revision: Revision) throws(StoreError) -> Book.Entry? {
        do throws(StoreError) {
            guard let stored = try store.get(key), !stored.isEmpty, source.isWanted(RecordSummary(of: stored)) else {
                return nil
            }
            let line = try source.make(stored)
            return Book.Entry(revision: stored.revision, rank: source.rank(line), line: line)
        } catch {
            guard error.code == .corrupt || error.code == .newerFormat else { throw error }
            logger.error("store.read_failed", metadata: ["key": "\(key.redacted)", "error": "\(error.message)"])
            return Book.Entry(revision: revision, rank: .min, line: nil)
        }
    }
}

extension RecordSummary {
    fileprivate init(of stored: StoredRecord) {
        self.init(
            key: stored.key, revision: stored.revision, header: stored.header, isTombstone: stored.isTombstone)
    }
}
