/// Writes PNG files by hand (stored, not compressed): the tests' inputs do not come from the library under test.
enum PNGWriter {
    enum Colour: UInt8 {
        case grey = 0
        case rgb = 2
        case rgba = 6

        var channels: Int {
            switch self {
            case .grey: 1
            case .rgb: 3
            case .rgba: 4
            }
        }
    }

    /// `pixel` gives the channels of one pixel as raw bytes: one byte each, or two (big end first) at `depth` 16.
    static func picture(
        width: Int, height: Int, colour: Colour, depth: UInt8 = 8, profile: [UInt8]? = nil,
        pixel: (Int, Int) -> [UInt8]
    ) -> [UInt8] {
        var rows: [UInt8] = []
        for y in 0..<height {
            rows.append(0)
            for x in 0..<width { rows.append(contentsOf: pixel(x, y)) }
        }
        var file = header(width: width, height: height, colour: colour, depth: depth)
        if let profile { file += chunk("iCCP", Array("test".utf8) + [0, 0] + stored(profile)) }
        return file + chunk("IDAT", stored(rows)) + chunk("IEND", [])
    }

    /// Signature and IHDR.
    static func header(
        width: Int, height: Int, colour: Colour, depth: UInt8 = 8, interlaced: Bool = false
    ) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk(
                "IHDR", big(UInt32(width)) + big(UInt32(height)) + [depth, colour.rawValue, 0, 0, interlaced ? 1 : 0])
    }

    static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + body
        return big(UInt32(body.count)) + named + big(crc(named))
    }

    /// A zlib stream of stored blocks.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let count = min(65535, bytes.count - start)
            let isLast = start + count == bytes.count
            let (low, high) = (UInt8(count & 255), UInt8(count >> 8))
            out += [isLast ? 1 : 0, low, high, ~low, ~high]
            out += bytes[start..<start + count]
            start += count
        } while start < bytes.count
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return out + big(b << 16 | a)
    }

    private static func big(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var value = ~UInt32(0)
        for byte in bytes { value = crcTable[Int((value ^ UInt32(byte)) & 255)] ^ (value >> 8) }
        return ~value
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
}
