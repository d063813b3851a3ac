import JobModel

/// Lines about many records, by their keys: of more than are held those of the highest rank.
struct LineBook<Line: Sendable>: Sendable {
    struct Entry: Sendable {
        var revision: Revision
        var rank: Int64
        /// Nil if the record cannot be read, until it changes.
        var line: Line?
    }

    private let atMost: Int
    private var entries: [StoreKey: Entry] = [:]
    /// Every change up to here is in it; nil before the first pass over the records.
    var upTo: Revision?
    /// The highest rank of what is left out; nil if nothing is.
    private(set) var leftOut: Int64?

    /// - Parameter atMost: lines that are held; at least 1.
    init(atMost: Int) { self.atMost = max(1, atMost) }

    var lines: some Sequence<Line> { entries.values.lazy.compactMap(\.line) }
    var isTruncated: Bool { leftOut != nil }
    /// Something was left out for which there is room now.
    var wantsMore: Bool { leftOut != nil && entries.count < atMost - atMost / 8 }

    /// Nil if the record is not held.
    func entry(at key: StoreKey, since revision: Revision) -> Entry? {
        entries[key].flatMap { $0.revision >= revision ? $0 : nil }
    }

    /// - Parameter entry: nil if there is nothing to hold of the record any more.
    mutating func set(_ key: StoreKey, _ entry: Entry?) {
        entries[key] = entry
        if entries.count > atMost { cut() }
    }

    /// Makes room for some more at once, so that it is seldom done.
    private mutating func cut() {
        let kept = atMost - atMost / 16
        let ranks = entries.values.map(\.rank).sorted(by: >)
        let least = ranks[kept - 1]
        // Of those of the least rank that is held not all may fit.
        var room = kept - (ranks.firstIndex(of: least) ?? 0)
        var dropped: [StoreKey] = []
        for (key, entry) in entries where entry.rank <= least {
            if entry.rank == least, room > 0 {
                room -= 1
                continue
            }
            dropped.append(key)
            if entry.line != nil { leftOut = max(leftOut ?? .min, entry.rank) }
        }
        for key in dropped { entries[key] = nil }
    }
}
