import JobModel
import Orchestration

/// What the writer thread is asked to do.
enum WriteRequest: Sendable {
    /// With the attachments that are small enough to stand beside the records, and the names of those that are files.
    case record(PreparedRecord, attachments: [Artifact], files: [ArtifactName])
    case purge(EncodedKey, expected: Revision)
    /// Answered `committed` with revision zero: an artifact has none.
    case artifact(Artifact)
    /// An artifact that is a file already; answered likewise.
    case keep(ArtifactName)
    /// Leaves out so many revisions; answered with the last of them.
    case skip(UInt64)
    /// Answered `committed` with revision zero and what was done.
    case orders([ArtifactOrder])

    var bytes: Int {
        switch self {
        case .record(let record, let attachments, _):
            attachments.reduce(record.storedBytes) { $0 + $1.bytes.count }
        case .purge(let key, _): key.bytes.count
        case .artifact(let artifact): artifact.bytes.count
        case .keep, .skip: 0
        case .orders(let orders): orders.count * ArtifactValue.maximumBytes / 4
        }
    }
}

/// What became of a request.
struct WriteAnswer: Sendable {
    let outcome: WriteOutcome
    /// One for each order, if they were committed.
    var done: [Bool] = []
}

/// Writes that wait for the writer thread, first in, first out. Each belongs to a suspended caller.
struct WriteQueue {
    struct Entry: Sendable {
        let request: WriteRequest
        let caller: CheckedContinuation<WriteAnswer, Never>
    }

    /// One transaction takes at most so many writes and bytes (but always one write): it bounds how long the first
    /// caller waits for the last, and the memory that a transaction holds.
    static let maximumBatch = 256
    static let maximumBatchBytes = 16 << 20

    private var entries: [Entry] = []
    private var head = 0
    private(set) var isClosed = false

    var count: Int { entries.count - head }

    mutating func add(_ entry: Entry) { entries.append(entry) }

    mutating func close() { isClosed = true }

    mutating func takeBatch() -> [Entry] {
        var batch: [Entry] = []
        var bytes = 0
        while head < entries.count, batch.count < Self.maximumBatch {
            let entry = entries[head]
            bytes += entry.request.bytes
            if !batch.isEmpty, bytes > Self.maximumBatchBytes { break }
            batch.append(entry)
            head += 1
        }
        if head == entries.count {
            entries.removeAll(keepingCapacity: entries.capacity <= 1024)
            head = 0
        } else if head > 1024 {
            entries.removeFirst(head)
            head = 0
        }
        return batch
    }
}
