import Testing

@testable import ProviderSimulation

@Suite struct PictureTests {
    @Test(arguments: [(64, 64), (1, 1), (84, 48), (8, 300)])
    func aPNGIsSoundDownToItsChecksums(width: Int, height: Int) throws {
        let png = try PNGReader(PNG.encode(TestPicture(width: width, height: height, hue: 2)))
        #expect(png.chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
        for chunk in png.chunks { #expect(chunk.crc == chunk.expected) }
        #expect(png.size.map { [$0.width, $0.height] } == [UInt32(width), UInt32(height)])
        let rows = try png.rows()
        #expect(rows.count == height * (1 + width * 3))
        #expect(stride(from: 0, to: rows.count, by: 1 + width * 3).allSatisfy { rows[$0] == 2 })
    }

    @Test func aPNGGetsBrighterDownwardsInItsHue() throws {
        let picture = TestPicture(width: 4, height: 256, hue: 0)
        let rows = try PNGReader(PNG.encode(picture)).rows()
        var sums = [Int](repeating: 0, count: 12)
        for row in 0..<256 { for index in 0..<12 { sums[index] += Int(Int8(bitPattern: rows[row * 13 + 1 + index])) } }
        // The lowest row is the sum of all differences: red has the peak of 230 and at most 6 of noise.
        #expect((225...236).contains(sums[0]))
        #expect((65...76).contains(sums[2]))
    }

    @Test func aLargePNGWeighsWhatAPhotographDoes() {
        let bytes = PNG.encode(TestPicture(width: 512, height: 512, hue: 1)).count
        #expect((360_000...440_000).contains(bytes))
    }

    @Test func picturesAreEqualForEqualHuesOnly() {
        let one = TestPicture(width: 32, height: 32, hue: 1)
        let other = TestPicture(width: 32, height: 32, hue: 2)
        #expect(PNG.encode(one) == PNG.encode(one))
        #expect(PNG.encode(one) != PNG.encode(other))
        #expect(JPEG.encode(one) == JPEG.encode(one))
        #expect(JPEG.encode(one) != JPEG.encode(other))
    }

    @Test func aBlackPictureInflatesToZeros() throws {
        let rows = try PNGReader(PNG.black(width: 301, height: 97)).rows()
        #expect(rows.count == 97 * (1 + 301 * 3))
        #expect(rows.allSatisfy { $0 == 0 })
    }

    @Test func theHugePictureIsSmallAsAFile() throws {
        let bytes = PNG.black(width: 30_000, height: 30_000)
        #expect((2_600_000...2_700_000).contains(bytes.count))
        let png = try PNGReader(bytes)
        #expect(png.size.map { [$0.width, $0.height] } == [30_000, 30_000])
        for chunk in png.chunks { #expect(chunk.crc == chunk.expected) }
    }

    @Test func zerosAreSummedInOneStep() {
        var stepwise = Adler32()
        stepwise.add([7, 200, 33])
        var atOnce = stepwise
        stepwise.add([UInt8](repeating: 0, count: 200_003))
        atOnce.addZeros(200_003)
        #expect(stepwise.value == atOnce.value)
    }

    @Test func aJPEGHasItsFrameAndNoStrayMarker() throws {
        let bytes = JPEG.encode(TestPicture(width: 70, height: 40, hue: 3))
        #expect(bytes.starts(with: [0xFF, 0xD8]))
        #expect(bytes.suffix(2) == [0xFF, 0xD9])
        var at = 2
        var frame: [UInt8] = []
        var scanStart: Int?
        while scanStart == nil, at + 4 <= bytes.count {
            #expect(bytes[at] == 0xFF)
            let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
            if bytes[at + 1] == 0xC0 { frame = Array(bytes[(at + 5)..<(at + 9)]) }
            if bytes[at + 1] == 0xDA { scanStart = at + 2 + length }
            at += 2 + length
        }
        #expect(frame == [0, 40, 0, 70])
        let scan = bytes[try #require(scanStart)..<(bytes.count - 2)]
        #expect(scan.indices.dropLast().allSatisfy { scan[$0] != 0xFF || scan[$0 + 1] == 0 })
    }

    @Test func spoiledPicturesAreSpoiled() throws {
        let sound = PNG.encode(TestPicture(width: 512, height: 512, hue: 0))
        let truncated = PictureLibrary.make(.spoiled(.truncated)).bytes
        #expect(truncated == Array(sound.prefix(sound.count / 2)))
        #expect(throws: PNGReader.Failure.self) { try PNGReader(truncated) }
        let damaged = try PNGReader(PictureLibrary.make(.spoiled(.damaged)).bytes)
        #expect(damaged.size?.width == 512)
        #expect(damaged.chunks.contains { $0.crc != $0.expected })
        #expect(!PictureLibrary.make(.spoiled(.notAnImage)).bytes.contains { $0 > 127 })
    }
}
