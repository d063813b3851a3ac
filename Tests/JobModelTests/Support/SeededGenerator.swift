import FoundationEssentials

/// SplitMix64: the same seed gives the same history.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True `times` out of a hundred.
    mutating func chance(_ times: Int) -> Bool { Int.random(in: 0..<100, using: &self) < times }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &self)]
    }
}

/// Which histories the random walks go through.
///
/// `JOBMODEL_SEED=n` replays the one history that a failure named; `JOBMODEL_WALKS=n` sets how many are walked.
enum Seeds {
    /// In so many parts, so that they are walked side by side.
    static func parts(of standard: Int) -> [ClosedRange<UInt64>] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["JOBMODEL_SEED"].flatMap({ UInt64($0) }) { return [seed...seed] }
        let count = UInt64(environment["JOBMODEL_WALKS"].flatMap { UInt32($0) } ?? UInt32(standard))
        let size = max(1, (count + 7) / 8)
        return stride(from: 1, through: max(1, count), by: Int(size)).map { $0...min($0 + size - 1, max(1, count)) }
    }
}

/// A rule that a history broke, with what it takes to see it again.
struct BrokenRule: Error, CustomStringConvertible {
    let description: String

    init(_ rule: String, seed: UInt64, step: Int) {
        description = "\(rule) (replay: JOBMODEL_SEED=\(seed), step \(step))"
    }
}
