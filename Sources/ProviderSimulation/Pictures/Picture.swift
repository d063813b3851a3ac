/// A picture as bytes with the type it claims.
struct Picture: Sendable {
    var mimeType: String
    var bytes: [UInt8]

    /// The first half: what a connection that broke unnoticed leaves.
    var truncated: Picture { Picture(mimeType: mimeType, bytes: Array(bytes.prefix(bytes.count / 2))) }

    /// The same length with a stretch in the middle inverted: the signature and the size still read well.
    var damaged: Picture {
        var copy = self
        let middle = bytes.count / 2
        for index in middle..<min(middle + 64, bytes.count) { copy.bytes[index] ^= 0xFF }
        return copy
    }
}

/// A test picture: a vertical run from black to one hue with noise over it, so that it compresses as badly as a
/// photograph does and two prompts can be told apart by eye.
struct TestPicture: Hashable, Sendable {
    /// How many hues there are; `hue` is below it.
    static let hues = 6

    var width: Int
    var height: Int
    var hue: Int

    /// The colour at the lower edge; each below 246 so that noise cannot overflow a byte.
    var peak: [Int] {
        let colours = [
            [230, 90, 70], [70, 200, 110], [80, 120, 240], [235, 190, 60], [190, 90, 220], [70, 205, 215],
        ]
        return colours[hue % Self.hues]
    }

    var noise: SplitMix { SplitMix(seed: UInt64(hue) << 40 | UInt64(width) << 20 | UInt64(height)) }
}

/// A small fast generator (Steele, Lea, Flood: SplitMix64); the same seed gives the same numbers on every machine.
struct SplitMix: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in 0 ..< 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
