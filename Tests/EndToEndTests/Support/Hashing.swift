/// SHA-256 (FIPS 180-4) and its keyed form (RFC 2104), written for the tests alone: the product takes them from a
/// library, so that one mistake cannot hide on both sides.
enum SHA256 {
    static func digest(_ message: [UInt8]) -> [UInt8] {
        var state = initial
        let bits = UInt64(message.count) * 8
        var padded = message + [0x80]
        padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
        padded += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
        for start in stride(from: 0, to: padded.count, by: 64) { mix(padded[start..<start + 64], into: &state) }
        return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
    }

    static func hex(_ message: [UInt8]) -> String {
        digest(message).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    static func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        let short = key.count > 64 ? digest(key) : key
        let block = short + [UInt8](repeating: 0, count: 64 - short.count)
        return digest(block.map { $0 ^ 0x5C } + digest(block.map { $0 ^ 0x36 } + message))
    }

    private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words = [UInt32](repeating: 0, count: 64)
        for (index, byte) in block.enumerated() { words[index / 4] = words[index / 4] << 8 | UInt32(byte) }
        for i in 16..<64 {
            let (old, young) = (words[i - 15], words[i - 2])
            let first = turn(old, 7) ^ turn(old, 18) ^ (old >> 3)
            let second = turn(young, 17) ^ turn(young, 19) ^ (young >> 10)
            words[i] = words[i - 16] &+ first &+ words[i - 7] &+ second
        }
        var v = state
        for i in 0..<64 {
            let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
            let sum = v[7] &+ (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) &+ choice &+ constants[i] &+ words[i]
            let head = sum &+ (turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) &+ majority
            v = [head, v[0], v[1], v[2], v[3] &+ sum, v[4], v[5], v[6]]
        }
        for i in 0..<8 { state[i] = state[i] &+ v[i] }
    }

    private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    /// The first 64 primes, whose roots the constants come from.
    private static let primes: [UInt64] = (2...311).filter { number in
        !(2..<number).contains { number % $0 == 0 }
    }

    private static let initial = primes.prefix(8).map { rootFraction($0, power: 2) }
    private static let constants = primes.map { rootFraction($0, power: 3) }

    /// The first 32 bits behind the point of a root, found by halving: exact, where a double's would do too.
    private static func rootFraction(_ prime: UInt64, power: Int) -> UInt32 {
        var (low, high) = (UInt64(0), UInt64(1) << 37)
        while high - low > 1 {
            let middle = (low + high) / 2
            if isAtMost(middle, power: power, prime) { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    /// Whether (root / 2^32)^power ≤ prime.
    private static func isAtMost(_ root: UInt64, power: Int, _ prime: UInt64) -> Bool {
        let product = (0..<power).reduce(UInt128(1)) { value, _ in value * UInt128(root) }
        return product <= UInt128(prime) << (32 * power)
    }
}
