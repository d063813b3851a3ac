import JobModel
import Testing

@testable import DarkroomHTTP

/// Small pictures by hand: only their shapes matter here.
enum Shapes {
    static func big32(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(number >> $0 & 255) } }
    static func big16(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 255), UInt8(number & 255)] }

    static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        big32(data.count) + Array(type.utf8) + data + [0, 0, 0, 0]
    }

    static func png(_ width: Int, _ height: Int) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", big32(width) + big32(height) + [8, 2, 0, 0, 0]) + chunk("IDAT", [1, 2, 3])
            + chunk("IEND", [])
    }

    static func jpeg(_ width: Int, _ height: Int) -> [UInt8] {
        let frame = [0xFF, 0xC0] + big16(11) + [8] + big16(height) + big16(width) + [1, 1, 0x11, 0]
        let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 0xFF, 0, 0xFF, 0xD3, 4]
        return [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 1] + frame + scan + [0xFF, 0xFF, 0xD9]
    }

    static func webp(_ width: Int, _ height: Int) -> [UInt8] {
        func little(_ number: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(number >> (8 * $0) & 255) } }
        let extended = [0, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3)
        let body = Array("WEBPVP8X".utf8) + little(10, 4) + extended
        return Array("RIFF".utf8) + little(body.count, 4) + body
    }

    static let all: [(String, [UInt8])] = [
        ("image/png", png(640, 480)), ("image/jpeg", jpeg(640, 480)), ("image/webp", webp(640, 480)),
    ]
}

@Suite("What a picture's bytes say of themselves")
struct PictureShapeTests {
    private func fault(_ bytes: [UInt8]) -> PictureShape.Fault? {
        do throws(PictureShape.Fault) { _ = try PictureShape(bytes) } catch { return error }
        return nil
    }

    @Test("type and size")
    func shapes() throws {
        for (type, bytes) in Shapes.all {
            let shape = try PictureShape(bytes)
            #expect(shape.mediaType == type && shape.size == PixelSize(width: 640, height: 480))
        }
    }

    @Test("what stands behind the end may be another file")
    func trailing() {
        for (type, bytes) in Shapes.all {
            #expect(fault(bytes + Array("<script>".utf8)) == .trailing, "\(type)")
            #expect(fault(bytes + [0]) == .trailing, "\(type)")
        }
    }

    @Test("cut off anywhere it is broken")
    func truncated() {
        for (type, bytes) in Shapes.all {
            for length in 12..<bytes.count {
                #expect(fault(Array(bytes.prefix(length))) == .broken, "\(type) cut off at \(length)")
            }
        }
    }

    @Test("other things are of no type")
    func unknown() {
        for text in [
            "", "G", "GIF89a.........", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "%PDF-1.7", "RIFF1234WAVE",
        ] {
            #expect(fault(Array(text.utf8)) == .unknownType, "\(text)")
        }
    }

    @Test("no side is nothing")
    func noSide() {
        #expect(fault(Shapes.png(0, 5)) == .broken)
        #expect(fault(Shapes.jpeg(5, 0)) == .broken)
    }

    /// Whatever it is given, it comes to an end without a trap.
    @Test("fuzz", arguments: 0..<3)
    func fuzz(kind: Int) {
        var dice = SplitMix(state: UInt64(kind))
        for _ in 0..<3_000 {
            var bytes = Shapes.all[kind].1
            for _ in 0...dice.below(4) { bytes[dice.below(bytes.count)] = UInt8(dice.below(256)) }
            _ = fault(Array(bytes.prefix(dice.below(bytes.count + 1))))
        }
    }
}
