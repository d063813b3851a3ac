import Threads

/// Random numbers that follow from a seed (SplitMix64). Several threads draw from one; who draws first is the machine's
/// doing, so a seed repeats the mix of a run and not its every step.
final class Dice: Sendable {
    private let state: Locked<UInt64>

    /// - Parameter stream: keeps the draws for one thing apart from those for another.
    init(seed: UInt64, stream: String) {
        let mixed = stream.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        state = Locked(mixed)
    }

    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    /// From 0 to below 1.
    func share() -> Double { Double(next() >> 11) / Double(1 << 53) }

    func happens(_ probability: Double) -> Bool { share() < probability }

    func number(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }
}
