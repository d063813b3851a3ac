import JobModel

/// What a record needs to be kept on a simulated disk.
protocol SimulatedRecord: Sendable, Hashable {
    var writeID: UInt64 { get set }
    /// When a sweep finds it.
    var sweepDue: Milliseconds? { get }
    /// Emptied: what stands there is a tombstone that still answers.
    var isForgotten: Bool { get }
}

extension JobRecord: SimulatedRecord {
    var sweepDue: Milliseconds? { due }
}

extension RunRecord: SimulatedRecord {
    var sweepDue: Milliseconds? { isAtRest ? keptUntil : acceptedAt }
}

/// One store: records under compare-and-swap with revisions that are the store's own, and the artifacts beside them.
final class Disk<Key: Identifier, Record: SimulatedRecord> {
    struct Entry {
        var record: Record
        var revision: UInt64
    }

    private(set) var entries: [Key: Entry] = [:]
    /// The bytes of each artifact, as the number that stands for them.
    private(set) var artifacts: [ContentHash: UInt64] = [:]
    private var revision: UInt64 = 0
    /// Takes no writes at present.
    var isFull = false
    /// Called with what stood there before, what stands there now.
    var onCommit: (Key, Record?, Record) -> Void = { _, _, _ in }

    enum Outcome {
        case committed(UInt64)
        case conflict
        case refused(String)
    }

    /// All at once, or nothing.
    func write(_ key: Key, _ record: Record, expecting: UInt64?, _ attachments: [Artifact]) -> Outcome {
        guard !isFull else { return .refused("the disk is full") }
        guard entries[key]?.revision == expecting else { return .conflict }
        revision += 1
        let before = entries.updateValue(Entry(record: record, revision: revision), forKey: key)
        for artifact in attachments { keep(artifact) }
        onCommit(key, before?.record, record)
        return .committed(revision)
    }

    /// False if the disk is full.
    func store(_ artifact: Artifact) -> Bool {
        guard !isFull else { return false }
        keep(artifact)
        return true
    }

    private func keep(_ artifact: Artifact) {
        artifacts[artifact.hash] = artifact.bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Takes a tombstone away whose time has passed, if it still stands as it was.
    func purge(_ key: Key, expecting: UInt64) {
        guard !isFull, entries[key]?.revision == expecting else { return }
        revision += 1
        entries[key] = nil
    }

    func wipe() { (entries, artifacts) = ([:], [:]) }

    func has(_ hash: ContentHash) -> Bool { artifacts[hash] != nil }

    /// Keys in order: a dictionary has one of its own in every process.
    var keys: [Key] { entries.keys.sorted { $0.text < $1.text } }
}
