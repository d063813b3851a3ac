import Orchestration

/// A pass over headers. Runs on a thread that may block.
struct Scan {
    let prefix: StoreKey
    let after: StoreKey?
    let limit: Int
    /// Told of a damaged record whose key cannot be known: no line can be made of it.
    let report: @Sendable (StoreError) -> Void

    /// A strict page of whole records ends at so many bytes of bodies.
    private static let maximumPageBytes = 8 << 20
    private static let entriesBetweenTrims = 64

    func run(in environment: Environment) throws(StoreError) -> [RecordSummary] {
        var found: [RecordSummary] = []
        try walk(environment) { stored, value throws(StoreError) in
            let stored = EncodedKey(stored: stored)
            if let line = Self.summary(of: value, at: stored) {
                found.append(line)
            } else {
                report(StoreError(.corrupt, "a damaged record below \(prefix.redacted) has lost its key"))
            }
            return found.count < limit
        }
        return found
    }

    /// - Throws: `corrupt` at the first record that is damaged.
    func records(in environment: Environment) throws(StoreError) -> [StoredRecord] {
        var found: [StoredRecord] = []
        var bytes = 0
        try walk(environment) { stored, value throws(StoreError) in
            let record = try RecordView.record(in: value, at: stored)
            found.append(record)
            bytes += record.body.count
            return found.count < limit && bytes < Self.maximumPageBytes
        }
        return found
    }

    /// Lends LMDB key and value of each entry of the page, until `body` returns false.
    private func walk(
        _ environment: Environment,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(StoreError) -> Bool
    ) throws(StoreError) {
        try after?.checkPrefix()
        guard limit > 0, prefix.isLegalPrefix else { return }
        let encodedPrefix = EncodedKey(prefix)
        let reached = after.map(EncodedKey.init)
        // A key before the prefix excludes nothing.
        let isPagingOn = reached.map { !$0.bytes.lexicographicallyPrecedes(encodedPrefix.bytes) } ?? false
        let start = isPagingOn ? reached ?? encodedPrefix : encodedPrefix
        var seen = 0
        try environment.read { transaction throws(StoreError) in
            try transaction.walk(
                transaction.databases.records, from: start.bytes, excluding: isPagingOn
            ) { (key, value) throws(StoreError) in
                guard key.starts(with: encodedPrefix.bytes) else { return false }
                seen += 1
                if seen % Self.entriesBetweenTrims == 0 { environment.trimPages(around: value) }
                return try body(key, value)
            }
            environment.trimPages(in: transaction)
        }
    }

    private static func summary(of value: UnsafeRawBufferPointer, at stored: EncodedKey) -> RecordSummary? {
        let reading = stored.bytes.withUnsafeBytes { RecordView.read(value, key: $0) }
        if case .record(let view) = reading, let key = view.key {
            return RecordSummary(
                key: key, revision: view.revision, header: view.header, isTombstone: view.isTombstone)
        }
        guard let key = RecordView.key(in: value, foundAt: stored) ?? stored.decoded else { return nil }
        let nothing = RecordHeader(kind: 0, state: 0, format: 0)
        return RecordSummary(key: key, revision: .zero, header: nothing, isTombstone: false, isDamaged: true)
    }
}
