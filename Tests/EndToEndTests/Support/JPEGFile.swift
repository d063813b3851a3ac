/// What the headers of a JPEG file say.
struct JPEGFile {
    let width: Int
    let height: Int

    /// nil unless the bytes go from SOI to EOI and hold a frame and a scan.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0xFF, 0xD8]), bytes.suffix(2) == [0xFF, 0xD9] else { return nil }
        var at = 2
        var size: (width: Int, height: Int)?
        while at + 4 <= bytes.count, bytes[at] == 0xFF {
            let (marker, length) = (bytes[at + 1], Int(bytes[at + 2]) << 8 | Int(bytes[at + 3]))
            if marker == 0xDA { break }
            let isFrame = (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
            if isFrame, at + 9 <= bytes.count {
                size = (Int(bytes[at + 7]) << 8 | Int(bytes[at + 8]), Int(bytes[at + 5]) << 8 | Int(bytes[at + 6]))
            }
            at += 2 + length
        }
        guard let size, at + 2 <= bytes.count, bytes[at] == 0xFF, bytes[at + 1] == 0xDA else { return nil }
        (width, height) = size
    }

    var is512: Bool { width == 512 && height == 512 }
}
