/// The checksum of PNG chunks (ISO 3309).
struct CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private var register: UInt32 = 0xFFFF_FFFF

    var value: UInt32 { ~register }

    mutating func add(_ bytes: [UInt8]) {
        let table = Self.table
        for byte in bytes { register = table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ (register >> 8) }
    }
}

/// The checksum at the end of a zlib stream (RFC 1950).
struct Adler32 {
    private static let modulus: UInt32 = 65521
    /// The longest run whose sums cannot overflow 32 bits (RFC 1950 implementations call it NMAX).
    private static let run = 5552

    private var low: UInt32 = 1
    private var high: UInt32 = 0

    var value: UInt32 { high << 16 | low }

    mutating func add(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count {
            let end = min(index + Self.run, bytes.count)
            while index < end {
                low &+= UInt32(bytes[index])
                high &+= low
                index += 1
            }
            low %= Self.modulus
            high %= Self.modulus
        }
    }

    /// The same as adding `count` zero bytes, in constant time.
    mutating func addZeros(_ count: Int) {
        let times = UInt32(count % Int(Self.modulus))
        high = UInt32((UInt64(high) + UInt64(low) * UInt64(times)) % UInt64(Self.modulus))
    }
}
