/// PNG files (8-bit RGB) made without a codec: what is drawn is chosen so that one code fits it.
enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// About half a byte a sample: 1.6 MB for 1024×1024, what providers send for a photograph.
    static func encode(_ picture: TestPicture) -> [UInt8] {
        var adler = Adler32()
        // Each row is the difference to the row above. Noise below 7 over a slope of at most 1 keeps every difference
        // within -7…7, and the filter's number 2 is among them: sixteen literals of four bits.
        var deflate = DeflateWriter(
            literalLengths: (0..<257).map { $0 < 8 || (248..<255).contains($0) ? 4 : $0 < 255 ? 0 : 5 },
            distanceLengths: [0], reserving: picture.width * picture.height * 8 / 5)
        var above = [UInt8](repeating: 0, count: picture.width * 3)
        var noise = picture.noise
        for row in 0..<picture.height {
            let next = rowOfSamples(picture, row: row, noise: &noise)
            var filtered = [UInt8](repeating: 2, count: next.count + 1)
            for index in next.indices { filtered[index + 1] = next[index] &- above[index] }
            adler.add(filtered)
            for byte in filtered { deflate.append(symbol: Int(byte)) }
            above = next
        }
        return file(width: picture.width, height: picture.height, stream: zlib(deflate.finish(), adler.value))
    }

    private static func rowOfSamples(_ picture: TestPicture, row: Int, noise: inout SplitMix) -> [UInt8] {
        let span = max(255, picture.height)
        let base = picture.peak.map { $0 * row / span }
        var samples = [UInt8](repeating: 0, count: picture.width * 3)
        var random: UInt64 = 0
        for index in samples.indices {
            // Eight bits of noise for each sample, eight samples from each draw.
            if index % 8 == 0 { random = noise.next() }
            samples[index] = UInt8(base[index % 3] + Int((random & 0xFF) * 7 >> 8))
            random >>= 8
        }
        return samples
    }

    /// A black picture of any size in a very small file (30,000×30,000 takes 2.6 MB): sound, and ruinous to decode.
    static func black(width: Int, height: Int) -> [UInt8] {
        let rawBytes = height * (1 + width * 3)
        var lengths = [Int](repeating: 0, count: DeflateWriter.longestMatch + 1)
        lengths[0] = 2
        lengths[DeflateWriter.endOfBlock] = 2
        lengths[DeflateWriter.longestMatch] = 1
        let matches = (rawBytes - 1) / DeflateWriter.longestMatchBytes
        var deflate = DeflateWriter(literalLengths: lengths, distanceLengths: [1], reserving: matches / 4 + 128)
        deflate.append(symbol: 0)
        // The longest match and the distance 1 are one zero bit each.
        deflate.appendZeroBits(matches * 2)
        for _ in 0..<(rawBytes - 1) % DeflateWriter.longestMatchBytes { deflate.append(symbol: 0) }
        var adler = Adler32()
        adler.addZeros(rawBytes)
        return file(width: width, height: height, stream: zlib(deflate.finish(), adler.value))
    }

    private static func zlib(_ deflated: [UInt8], _ adler: UInt32) -> [UInt8] {
        [0x78, 0x01] + deflated + bigEndian(adler)
    }

    private static func file(width: Int, height: Int, stream: [UInt8]) -> [UInt8] {
        let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 2, 0, 0, 0]
        return signature + chunk("IHDR", header) + chunk("IDAT", stream) + chunk("IEND", [])
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        var crc = CRC32()
        crc.add(body)
        return bigEndian(UInt32(content.count)) + body + bigEndian(crc.value)
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }
}
