/// Baseline JPEG files written straight in the frequency domain: each block is a flat colour plus random coefficients,
/// so no transform is needed.
enum JPEG {
    /// About 0.4 MB for 1024×1024.
    static func encode(_ picture: TestPicture) -> [UInt8] {
        startOfImage + quantisation + frame(picture) + huffmanTables + startOfScan + scan(picture) + [0xFF, 0xD9]
    }

    /// How many of a brightness block's 63 further coefficients carry noise.
    private static let noisy = 40

    private static let startOfImage: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8) + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]

    /// 8 for the mean, so that its coefficient is the mean itself; 6 for the rest.
    private static let quantisation: [UInt8] = [0xFF, 0xDB, 0, 67, 0, 8] + [UInt8](repeating: 6, count: 63)

    private static func frame(_ picture: TestPicture) -> [UInt8] {
        let size = [picture.height >> 8, picture.height & 0xFF, picture.width >> 8, picture.width & 0xFF]
        return [0xFF, 0xC0, 0, 17, 8] + size.map { UInt8($0) } + [3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]
    }

    /// Means: the nine sizes 0…8 in four bits each. Others: end of block, size 1, size 2 in two bits each.
    private static let huffmanTables: [UInt8] =
        [0xFF, 0xC4, 0, 28, 0x00, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 12) + Array(0...8)
        + [0xFF, 0xC4, 0, 22, 0x10, 0, 3] + [UInt8](repeating: 0, count: 14) + [0x00, 0x01, 0x02]

    private static let startOfScan: [UInt8] = [0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0]

    private static func scan(_ picture: TestPicture) -> [UInt8] {
        var writer = JPEGScanWriter()
        var previous = [0, 0, 0]
        var noise = picture.noise
        let rows = (picture.height + 7) / 8
        for row in 0..<rows {
            let means = components(picture.peak.map { Double($0 * row) / Double(max(1, rows - 1)) })
            for _ in 0..<(picture.width + 7) / 8 {
                for component in 0..<3 {
                    appendMean(means[component] - previous[component], to: &writer)
                    previous[component] = means[component]
                    if component == 0 { appendNoise(&noise, to: &writer) }
                    writer.append(0b00, count: 2)
                }
            }
        }
        return writer.finish()
    }

    /// JFIF brightness and colour differences, each shifted to be around 0.
    private static func components(_ rgb: [Double]) -> [Int] {
        let luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]
        return [luma - 128, (rgb[2] - luma) * 0.564, (rgb[0] - luma) * 0.713]
            .map { min(127, max(-128, Int($0.rounded()))) }
    }

    private static func appendMean(_ difference: Int, to writer: inout JPEGScanWriter) {
        let size = Int.bitWidth - abs(difference).leadingZeroBitCount
        writer.append(UInt64(size), count: 4)
        writer.append(magnitudeBits(difference, size: size), count: size)
    }

    private static func appendNoise(_ noise: inout SplitMix, to writer: inout JPEGScanWriter) {
        var random = noise.next()
        for index in 0..<noisy {
            if index == noisy / 2 { random = noise.next() }
            let value = [-3, -2, -1, 1, 2, 3, 1, -1][Int(random & 7)]
            random >>= 3
            let size = abs(value) == 1 ? 1 : 2
            writer.append(UInt64(size), count: 2)
            writer.append(magnitudeBits(value, size: size), count: size)
        }
    }

    private static func magnitudeBits(_ value: Int, size: Int) -> UInt64 {
        UInt64(value < 0 ? value + (1 << size) - 1 : value)
    }
}
