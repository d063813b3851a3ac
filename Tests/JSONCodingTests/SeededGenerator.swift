import JSONCoding

/// SplitMix64: the same numbers for the same seed, on every machine.
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

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func text() -> String {
        let pieces = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\r", "\u{1}", "\u{1F}", "\u{7F}", "é", "日本", "🐈",
            "\u{2028}",
            "\u{FFFD}", "\\u0000", "\\\\u0000", "\"data\":\"",
        ]
        return (0..<Int.random(in: 0...12, using: &self)).map { _ in
            pieces.randomElement(using: &self) ?? ""
        }.joined()
    }

    mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &self) {
        case 0: return .null
        case 1: return .bool(chance(50))
        case 2: return .int(Int64.random(in: -1000...1000, using: &self))
        case 3: return .int(Int64(bitPattern: next()))
        case 4: return .double(double())
        case 5, 6: return .string(text())
        case 7: return .array((0..<Int.random(in: 0...5, using: &self)).map { _ in value(depth: depth - 1) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0...5, using: &self) { members[text()] = value(depth: depth - 1) }
            return .object(members)
        }
    }

    mutating func double() -> Double {
        while true {
            let number = chance(50) ? Double(bitPattern: next()) : Double.random(in: -1000...1000, using: &self)
            if number.isFinite { return number }
        }
    }
}
