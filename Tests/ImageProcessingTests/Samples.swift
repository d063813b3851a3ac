import ImageProcessing
import JobModel
import Orchestration
import Testing

/// One processor for all tests: its threads are few and the suites run at the same time.
let processor = VipsImageProcessor(threads: 2)

/// Ask for a small box where only colours matter: the tests' own PNG reader is slow.
func box(_ width: Int, _ height: Int) -> ImageTransform {
    .coverJPEG(size: PixelSize(width: width, height: height), quality: 95)
}

enum Samples {
    /// A picture whose every pixel differs, so that damage and wrong crops show.
    static func noisy(width: Int, height: Int) -> [UInt8] {
        var state: UInt32 = 0x2545_F491
        return PNGWriter.picture(width: width, height: height, colour: .rgb) { x, y in
            state ^= state << 13
            state ^= state >> 17
            state ^= state << 5
            return [UInt8(x & 255), UInt8(y & 255), UInt8(state & 63)]
        }
    }

    static func plain(
        _ channels: [UInt8], width: Int = 40, height: Int = 30, colour: PNGWriter.Colour, depth: UInt8 = 8
    ) -> [UInt8] {
        PNGWriter.picture(width: width, height: height, colour: colour, depth: depth) { _, _ in channels }
    }

    /// A JPEG of three upright stripes, red, green, blue from left to right.
    static func striped(width: Int, height: Int) async throws -> [UInt8] {
        let third = width / 3
        let png = PNGWriter.picture(width: width, height: height, colour: .rgb) { x, _ in
            x < third ? [220, 0, 0] : x < 2 * third ? [0, 200, 0] : [0, 0, 220]
        }
        return try await processor.transform(png, as: .keepSize(format: .jpeg)).get().bytes
    }

    /// The JPEG with an EXIF block that says only its orientation.
    static func oriented(_ jpeg: [UInt8], _ orientation: UInt8) -> [UInt8] {
        let tiff: [UInt8] =
            [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
        let body = Array("Exif".utf8) + [0, 0] + tiff
        return jpeg[..<2] + [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body + jpeg[2...]
    }
}

/// What a JPEG's frame header says.
struct JPEGHeader: Equatable {
    var size: PixelSize
    var components: Int
    var isProgressive: Bool
    /// Application segments that hold EXIF, profiles or comments.
    var metadataSegments: Int

    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
        metadataSegments = 0
        var at = 2
        while at + 9 < bytes.count, bytes[at] == 0xFF {
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            switch bytes[at + 1] {
            case 0xC0, 0xC1, 0xC2:
                let height = Int(bytes[at + 5]) << 8 | Int(bytes[at + 6])
                let width = Int(bytes[at + 7]) << 8 | Int(bytes[at + 8])
                size = PixelSize(width: width, height: height)
                components = Int(bytes[at + 9])
                isProgressive = bytes[at + 1] == 0xC2
                return
            case 0xE1...0xEF, 0xFE: metadataSegments += 1
            default: break
            }
            at += 2 + length
        }
        return nil
    }
}

/// Reads back the pixels of what was made.
func pixels(of picture: TransformedImage) async throws -> PNGReader {
    let png = try await processor.transform(picture.bytes, as: .keepSize(format: .png)).get()
    return try #require(PNGReader(png.bytes))
}

/// Whether two colours are the same but for JPEG's rounding.
func isNear(_ found: [Int], _ wanted: [Int], by slack: Int = 8) -> Bool {
    found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= slack }
}
