/// Jobs in the order of an instant, such as that of their acceptance. A job is found by halving, however many stand here.
struct JobLine: Sendable {
    /// The number decides between those of one millisecond; no two jobs have the same.
    struct Rank: Hashable, Comparable, Sendable {
        var at: Milliseconds
        var number: UInt64

        static func < (one: Rank, other: Rank) -> Bool { (one.at, one.number) < (other.at, other.number) }
    }

    private(set) var ranks: [Rank] = []
    private(set) var jobs: [JobID] = []

    var isEmpty: Bool { ranks.isEmpty }

    var count: Int { ranks.count }

    /// How many stand before this rank.
    func count(before rank: Rank) -> Int {
        var (low, high) = (0, ranks.count)
        while low < high {
            let middle = (low + high) / 2
            if ranks[middle] < rank { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insert(_ id: JobID, at rank: Rank) {
        let index = count(before: rank)
        ranks.insert(rank, at: index)
        jobs.insert(id, at: index)
    }

    mutating func remove(_ rank: Rank) {
        let index = count(before: rank)
        guard index < ranks.count, ranks[index] == rank else { return }
        ranks.remove(at: index)
        jobs.remove(at: index)
    }
}
