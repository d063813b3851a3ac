import JobModel

/// A ``ContentHash`` in 32 bytes, in the order of its digits.
struct HashBytes: Hashable, Comparable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    static let lowest = HashBytes((0, 0, 0, 0))

    init(_ hash: ContentHash) {
        // A ContentHash holds 64 hexadecimal digits by its own rules.
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, digit) in hash.text.utf8.enumerated() {
            words[index / 16] = words[index / 16] << 4 | UInt64(digit >= 0x61 ? digit - 0x57 : digit - 0x30)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    private init(_ words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    static func == (left: HashBytes, right: HashBytes) -> Bool { left.words == right.words }
    static func < (left: HashBytes, right: HashBytes) -> Bool { left.words < right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

/// A set of hashes that stays within its bound by giving up the upper part of the hashes: it knows all that were put in
/// within the part it still covers.
struct HashSet {
    private let from: HashBytes
    /// Exclusive; nil while it covers everything above ``from``.
    private var to: HashBytes?
    private let maximum: Int
    private var hashes: Set<HashBytes> = []

    /// - Parameter maximum: at least 2.
    init(from: HashBytes, maximum: Int) {
        self.from = from
        self.maximum = max(2, maximum)
    }

    mutating func insert(_ hash: HashBytes) {
        guard covers(hash) else { return }
        hashes.insert(hash)
        guard hashes.count > maximum else { return }
        let middle = hashes.sorted()[hashes.count / 2]
        to = middle
        hashes = hashes.filter { $0 < middle }
    }

    func covers(_ hash: HashBytes) -> Bool { hash >= from && to.map { hash < $0 } ?? true }

    func contains(_ hash: HashBytes) -> Bool { hashes.contains(hash) }

    /// An empty set of the part that follows; nil if this was the last.
    var next: HashSet? { to.map { HashSet(from: $0, maximum: maximum) } }
}
