import Orchestration
import Testing

@testable import LMDBStore

@Suite struct EncodedKeyTests {
    private static let alphabet = ["", "\0", "\u{1}", "\u{2}", "a", "b", ":", "é", "界", "🧵", "\u{7F}", "\u{10FFFF}"]

    private static func randomKey(_ generator: inout some RandomNumberGenerator, longest: Int) -> StoreKey {
        let count = Int.random(in: 0...StoreLimits.maximumKeyComponents, using: &generator)
        return StoreKey(
            (0..<count).map { _ in
                let letters = Int.random(in: 0...longest, using: &generator)
                return (0..<letters).map { _ in alphabet.randomElement(using: &generator) ?? "" }.joined()
            })
    }

    @Test(arguments: 1...20) func comesBackFromItsBytes(seed: UInt64) {
        var generator = SeededGenerator(seed)
        for _ in 0..<200 {
            let key = Self.randomKey(&generator, longest: 15)
            #expect(EncodedKey(key).decoded == key)
        }
    }

    @Test(arguments: 1...20) func keepsTheOrderOfKeys(seed: UInt64) {
        var generator = SeededGenerator(seed)
        for _ in 0..<300 {
            let left = Self.randomKey(&generator, longest: 4)
            let right = Self.randomKey(&generator, longest: 4)
            let before = EncodedKey(left).bytes.lexicographicallyPrecedes(EncodedKey(right).bytes)
            #expect(before == (left < right), "\(left.components) \(right.components)")
        }
    }

    @Test(arguments: 1...20) func isBelowExactlyWhatTheKeyIsBelow(seed: UInt64) {
        var generator = SeededGenerator(seed)
        for _ in 0..<300 {
            let key = Self.randomKey(&generator, longest: 80)
            let cut = StoreKey(Array(key.components.prefix(Int.random(in: 0...8, using: &generator))))
            #expect(EncodedKey(key).hasPrefix(EncodedKey(cut)))
            let other = Self.randomKey(&generator, longest: 2)
            #expect(EncodedKey(key).hasPrefix(EncodedKey(other)) == key.hasPrefix(other))
        }
    }

    @Test func fitsTheKeySizeOfLMDB() {
        let worst = ["\0", "\u{1}", "a", "\u{10FFFF}"]
        for text in worst {
            for length in [15, 30, 31, 32, 61, 62, 63, 1024] {
                let component = String(repeating: text, count: length / text.utf8.count)
                let bytes = EncodedKey(StoreKey(Array(repeating: component, count: 8))).bytes
                #expect(bytes.count <= 505)
            }
        }
    }

    @Test func tellsLongComponentsApartByTheirLastByte() {
        let long = String(repeating: "x", count: 1023)
        #expect(EncodedKey(StoreKey(long + "a")) != EncodedKey(StoreKey(long + "b")))
        #expect(EncodedKey(StoreKey(long + "a")).decoded == nil)
    }

    @Test func doesNotDecodeWhatIsNoEncoding() {
        for bytes in [[], [0x4B, 0x01], [0x4B, 0x01, 0x07, 0x00], [0x4B, 0x61], [0x61, 0x00], [0x4B, 0xFE, 0x00]]
            as [[UInt8]]
        {
            let decoded = bytes.withUnsafeBytes { EncodedKey(stored: $0).decoded }
            #expect(decoded == nil, "\(bytes)")
        }
    }
}

/// SplitMix64: the same keys for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
