import JobModel

/// Reads what owners have used.
public struct Ledger: Sendable {
    private static let pageSize = 256

    private let store: any KeyValueStore

    public init(store: any KeyValueStore) { self.store = store }

    /// All lines at and below a key, in the order of keys. A job has some hundred at the most; for whole months there is
    /// ``forEachLine(below:_:)``.
    public func lines(below key: StoreKey) async throws(StoreError) -> [LedgerLine] {
        var lines: [LedgerLine] = []
        try await forEachLine(below: key) { line throws(StoreError) in lines.append(line) }
        return lines
    }

    /// Every line at and below a key, in the order of keys. Not a snapshot.
    public func forEachLine(
        below key: StoreKey, _ body: (LedgerLine) throws(StoreError) -> Void
    ) async throws(StoreError) {
        var after: StoreKey?
        while true {
            let page = try await store.records(key, after: after, limit: Self.pageSize)
            guard let last = page.last else { return }
            for stored in page where !stored.isTombstone {
                try body(try RecordCoding.decode(LedgerLine.self, from: stored))
            }
            after = last.key
        }
    }
}
