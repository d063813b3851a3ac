import Threads

/// What a process measures. Counting takes a lock for less than a microsecond; what is counted goes with the process.
public final class Measures: Sendable {
    /// Asked whenever somebody looks: what stands at a number now, rather than what has happened. Must not block.
    public typealias Source = @Sendable () -> [MeasureNote]

    /// Of what ``text()`` writes.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let book = Locked(MeasureBook())
    private let sources = Locked<[Source]>([])

    public init() {}

    public func note(_ notes: [MeasureNote]) {
        guard !notes.isEmpty else { return }
        book.withLock { book in
            for note in notes { book.take(note) }
        }
    }

    public func note(_ measure: Measure, _ labels: [String] = [], _ amount: Double = 1) {
        note([MeasureNote(measure, labels, amount)])
    }

    /// Has `source` asked too. It is kept for good, so it must not hold what holds the measures.
    public func add(_ source: @escaping Source) { sources.withLock { $0.append(source) } }

    /// Everything in Prometheus' text format 0.0.4.
    public func text() -> [UInt8] {
        let sources = sources.withLock { $0 }
        var book = book.withLock { $0 }
        for source in sources {
            for note in source() { book.take(note) }
        }
        return PrometheusText.write(book)
    }
}
