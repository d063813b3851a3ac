import JobModel

/// What a picture's bytes say of themselves: read without decoding, so that nothing large is decoded that says it is.
struct PictureShape: Hashable, Sendable {
    var mediaType: String
    var size: PixelSize

    enum Fault: Error, Hashable, Sendable {
        /// None of JPEG, PNG and WebP.
        case unknownType
        /// It begins as one and does not go on so, or ends too soon.
        case broken
        /// Something stands behind its end: it may be another file as well.
        case trailing
    }

    /// Walks from the first byte to the last.
    init(_ bytes: [UInt8]) throws(Fault) {
        let reader = ByteReader(bytes)
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = PictureShape(mediaType: "image/png", size: try PictureShape.png(reader))
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = PictureShape(mediaType: "image/jpeg", size: try PictureShape.jpeg(reader))
        } else if bytes.starts(with: Array("RIFF".utf8)), reader.text(at: 8) == "WEBP" {
            self = PictureShape(mediaType: "image/webp", size: try PictureShape.webp(reader))
        } else {
            throw .unknownType
        }
    }

    private init(mediaType: String, size: PixelSize) {
        self.mediaType = mediaType
        self.size = size
    }

    private static func size(_ width: Int, _ height: Int) throws(Fault) -> PixelSize {
        guard width > 0, height > 0 else { throw .broken }
        return PixelSize(width: width, height: height)
    }

    /// Chunks of length, type, data and checksum, the first IHDR, the last IEND.
    private static func png(_ reader: ByteReader) throws(Fault) -> PixelSize {
        guard reader.text(at: 12) == "IHDR", reader.big32(at: 8) == 13, let width = reader.big32(at: 16),
            let height = reader.big32(at: 20)
        else { throw .broken }
        var index = 8
        while let length = reader.big32(at: index), let type = reader.text(at: index + 4) {
            index += 12 + length
            guard index <= reader.count else { throw .broken }
            guard type == "IEND" else { continue }
            guard index == reader.count else { throw .trailing }
            return try size(width, height)
        }
        throw .broken
    }

    /// Segments up to the scans, and the scans' own data, up to the end of the image.
    private static func jpeg(_ reader: ByteReader) throws(Fault) -> PixelSize {
        var found: PixelSize?
        var index = 2
        while let marker = reader.marker(at: &index) {
            switch marker {
            case 0xD9:
                guard index == reader.count else { throw .trailing }
                guard let found else { throw .broken }
                return found
            case 0x01, 0xD0...0xD7: continue
            default: break
            }
            guard let length = reader.big16(at: index), length >= 2, index + length <= reader.count else {
                throw .broken
            }
            // Frame headers; of the same range C4, C8 and CC are others.
            if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker),
                let height = reader.big16(at: index + 3), let width = reader.big16(at: index + 5)
            {
                guard found == nil else { throw .broken }
                found = try size(width, height)
            }
            index += length
            if marker == 0xDA { index = reader.endOfScan(from: index) }
        }
        throw .broken
    }

    /// One RIFF chunk; inside it the first chunk tells the size.
    private static func webp(_ reader: ByteReader) throws(Fault) -> PixelSize {
        guard let length = reader.little32(at: 4) else { throw .broken }
        guard length + 8 >= reader.count else { throw .trailing }
        guard length + 8 == reader.count, let kind = reader.text(at: 12) else { throw .broken }
        switch kind {
        case "VP8X":
            guard let width = reader.little24(at: 24), let height = reader.little24(at: 27) else { throw .broken }
            return try size(width + 1, height + 1)
        case "VP8L":
            guard reader.byte(at: 20) == 0x2F, let bits = reader.little32(at: 21) else { throw .broken }
            return try size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case "VP8 ":
            guard let width = reader.little16(at: 26), let height = reader.little16(at: 28) else { throw .broken }
            return try size(width & 0x3FFF, height & 0x3FFF)
        default: throw .broken
        }
    }
}

/// Numbers in bytes; nil for what is not there.
private struct ByteReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    func byte(at index: Int) -> Int? { bytes.indices.contains(index) ? Int(bytes[index]) : nil }

    func big16(at index: Int) -> Int? { number(at: index, [8, 0]) }
    func big32(at index: Int) -> Int? { number(at: index, [24, 16, 8, 0]) }
    func little16(at index: Int) -> Int? { number(at: index, [0, 8]) }
    func little24(at index: Int) -> Int? { number(at: index, [0, 8, 16]) }
    func little32(at index: Int) -> Int? { number(at: index, [0, 8, 16, 24]) }

    /// Four characters.
    func text(at index: Int) -> String? {
        guard index >= 0, index + 4 <= bytes.count else { return nil }
        return String(decoding: bytes[index..<index + 4], as: UTF8.self)
    }

    private func number(at index: Int, _ shifts: [Int]) -> Int? {
        guard index >= 0, index + shifts.count <= bytes.count else { return nil }
        return shifts.enumerated().reduce(0) { $0 | Int(bytes[index + $1.offset]) << $1.element }
    }

    /// The marker at `index`, fill bytes before it passed over; `index` stands behind it then.
    func marker(at index: inout Int) -> Int? {
        guard byte(at: index) == 0xFF else { return nil }
        while byte(at: index) == 0xFF { index += 1 }
        guard let marker = byte(at: index), marker != 0 else { return nil }
        index += 1
        return marker
    }

    /// Where the next marker stands behind a scan's data, in which FF is followed by 00 or by a restart's number.
    func endOfScan(from start: Int) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index + 1 < bytes.count {
                let isMarker =
                    bytes[index] == 0xFF && bytes[index + 1] != 0 && !(0xD0...0xD7).contains(bytes[index + 1])
                if isMarker { return index }
                index += 1
            }
            return bytes.count
        }
    }
}
