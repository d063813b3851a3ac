import JobModel
import Logging
import Threads

/// A line about each of many records, kept in memory and made again only when its record has changed: what is asked of all
/// records at once costs a look at what was written since, and a pass over headers only where the store does not
/// remember that far back.
///
/// A record that cannot be read is logged and left out; it keeps the others from nothing. All of it happens on one
/// thread of its own, off the cooperative pool.
final class RecordLines<Line: Sendable>: Sendable {
    /// Which records there is a line about, and what it says.
    struct Source: Sendable {
        /// Under which the records stand.
        var prefixes: [StoreKey]
        /// Of more records than this those of the highest rank are held.
        var recordsAtMost: Int
        /// Told by the header.
        var isWanted: @Sendable (RecordSummary) -> Bool
        var rank: @Sendable (Line) -> Int64
        /// Gets no tombstones that say nothing.
        var make: @Sendable (StoredRecord) throws(StoreError) -> Line
    }

    private let pool = BlockingPool(name: "lines", threads: 1)
    /// Locked on the pool's thread only, and so never waited for.
    private let book: Locked<LineBook<Line>>
    private let pass: SharedPass<StoreError?>

    init(store: any KeyValueStore, logger: Logger, source: Source) {
        let book = Locked(LineBook<Line>(atMost: source.recordsAtMost))
        let reader = LineReader(store: store, source: source, logger: logger)
        self.book = book
        pass = SharedPass { [pool] in
            do throws(StoreError) {
                try await reader.refresh(book, on: pool)
                return nil
            } catch {
                return error
            }
        }
    }

    /// What `body` makes of the lines, which hold everything that was committed before the call.
    /// - Throws: ``StoreError``; `CancellationError` if the caller was canceled while it waited.
    func read<Answer: Sendable>(_ body: @escaping @Sendable (LineBook<Line>) -> Answer) async throws -> Answer {
        guard let outcome = await pass.outcome() else { throw CancellationError() }
        if let error = outcome { throw error }
        return await pool.run { [book] in book.withLock { body($0) } }
    }
}
