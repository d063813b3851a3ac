import CLMDB
import JobModel
import Orchestration

/// Applies writes to a transaction. Each is judged on its own: a conflict of one does not touch the others.
struct WriteBatch {
    private(set) var answers: [WriteAnswer] = []
    private var meta: StoreMeta
    private let firstRevision: Revision
    private var artifacts: ArtifactKeeping

    /// Whether there is anything to commit.
    var isChanged: Bool { meta.revision > firstRevision || artifacts.isChanged }

    init(
        in transaction: borrowing WriteTransaction, files: ArtifactFiles, now: Milliseconds
    ) throws(CommitFailure) {
        artifacts = ArtifactKeeping(files: files, now: now)
        do throws(StoreError) {
            meta = try transaction.meta()
        } catch {
            throw .refused(error)
        }
        firstRevision = meta.revision
    }

    mutating func apply(_ request: WriteRequest, in transaction: borrowing WriteTransaction) throws(LMDBFailure) {
        switch request {
        case .record(let record, let attachments, let files):
            answer(try apply(record, attachments: attachments, files: files, in: transaction))
        case .purge(let key, let expected):
            answer(try purge(key, expected: expected, in: transaction))
        case .artifact(let artifact):
            try artifacts.put(artifact, in: transaction)
            answer(.committed(.zero))
        case .keep(let name):
            answer(try artifacts.keep(name, in: transaction).map { .refused($0) } ?? .committed(.zero))
        case .skip(let count):
            meta.revision = Revision(meta.revision.number + count)
            answer(.committed(meta.revision))
        case .orders(let orders):
            answers.append(try apply(orders, in: transaction))
        }
    }

    private mutating func answer(_ outcome: WriteOutcome) { answers.append(WriteAnswer(outcome: outcome)) }

    private mutating func apply(
        _ orders: [ArtifactOrder], in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> WriteAnswer {
        var done: [Bool] = []
        for order in orders {
            switch try artifacts.carryOut(order, in: transaction) {
            case .success(let isDone): done.append(isDone)
            // Orders carried out before stand; all may be given again.
            case .failure(let error): return WriteAnswer(outcome: .refused(error))
            }
        }
        return WriteAnswer(outcome: .committed(.zero), done: done)
    }

    /// Writes what belongs to the transaction as a whole: the newest revision and the length of the change log.
    func finish(in transaction: borrowing WriteTransaction, changeLogLength: Int) throws(LMDBFailure) {
        guard meta.revision > firstRevision else { return }
        try transaction.put(transaction.databases.meta, Transactions.metaKey, meta.encoded)
        let kept = UInt64(max(1, changeLogLength))
        guard meta.revision.number > kept else { return }
        let newestDue = meta.revision.number - kept
        // More than one batch adds, so that a log that was once longer shrinks too.
        try transaction.trim(transaction.databases.changes, limit: 4 * WriteQueue.maximumBatch) { key in
            ChangeLog.revision(key).map { $0.number <= newestDue } ?? true
        }
    }

    private mutating func apply(
        _ record: PreparedRecord, attachments: [Artifact], files: [ArtifactName],
        in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> WriteOutcome {
        let database = transaction.databases.records
        if let standing = try transaction.value(database, record.key.bytes) {
            if let outcome = Self.judge(record, against: standing) { return outcome }
        } else if record.expected != .absent {
            return .conflict
        }
        for name in files {
            if let error = try artifacts.keep(name, in: transaction) { return .refused(error) }
        }
        for attachment in attachments { try artifacts.put(attachment, in: transaction) }
        let revision = try logChange(of: record.key, in: transaction)
        try transaction.put(database, record.key.bytes, count: record.storedBytes) {
            record.store(revision: revision, into: $0)
        }
        return .committed(revision)
    }

    private mutating func purge(
        _ key: EncodedKey, expected: Revision, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> WriteOutcome {
        let database = transaction.databases.records
        guard let standing = try transaction.value(database, key.bytes) else { return .conflict }
        switch key.bytes.withUnsafeBytes({ RecordView.read(standing, key: $0) }) {
        case .damaged(let reason): return Self.refusal(reason)
        case .record(let view):
            guard view.isTombstone, view.revision == expected else { return .conflict }
        }
        let revision = try logChange(of: key, in: transaction)
        try transaction.delete(database, key.bytes)
        return .committed(revision)
    }

    /// Takes the next revision for a change at `key`.
    private mutating func logChange(
        of key: EncodedKey, in transaction: borrowing WriteTransaction
    ) throws(LMDBFailure) -> Revision {
        meta.revision = Revision(meta.revision.number + 1)
        try transaction.put(
            transaction.databases.changes, ChangeLog.key(meta.revision), key.bytes, flags: MDB_APPEND)
        return meta.revision
    }

    private static func refusal(_ reason: String) -> WriteOutcome {
        .refused(StoreError(.corrupt, "the record that stands there is damaged: \(reason)"))
    }

    /// Nil if the write may go ahead.
    private static func judge(_ record: PreparedRecord, against standing: UnsafeRawBufferPointer) -> WriteOutcome? {
        let reading = record.key.bytes.withUnsafeBytes { RecordView.read(standing, key: $0) }
        switch reading {
        case .damaged(let reason):
            return refusal(reason)
        case .record(let view):
            let isExpected: Bool =
                switch record.expected {
                case .absent: view.isTombstone
                case .revision(let revision): view.revision == revision
                }
            return isExpected ? nil : .conflict
        }
    }
}

/// The `changes` database: revision (8 bytes, big-endian, so that bytes sort as numbers) → LMDB key of the record.
enum ChangeLog {
    static func key(_ revision: Revision) -> [UInt8] {
        withUnsafeBytes(of: revision.number.bigEndian) { Array($0) }
    }

    /// Nil if these are not the bytes of a revision.
    static func revision(_ key: UnsafeRawBufferPointer) -> Revision? {
        guard key.count == 8 else { return nil }
        return Revision(UInt64(bigEndian: key.loadUnaligned(as: UInt64.self)))
    }
}
