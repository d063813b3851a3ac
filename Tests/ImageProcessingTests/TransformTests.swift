import ImageProcessing
import JobModel
import Orchestration
import Testing

@Suite struct TransformTests {
    @Test(arguments: [(640, 640), (1024, 1024), (2000, 300), (512, 700), (900, 513)])
    func aCasePictureIsCoveredExactly(width: Int, height: Int) async throws {
        let made = try await processor.transform(Samples.noisy(width: width, height: height), as: .caseImage).get()
        let header = try #require(JPEGHeader(made.bytes))
        let side = min(512, width, height)
        #expect(header.size == PixelSize(width: side, height: side))
        #expect(made.size == header.size)
        #expect(made.mediaType == "image/jpeg")
        #expect(header.components == 3 && header.isProgressive && header.metadataSegments == 0)
    }

    @Test func theSameBytesGiveTheSamePicture() async throws {
        let input = Samples.noisy(width: 700, height: 640)
        let first = try await processor.transform(input, as: .caseImage).get()
        let second = try await processor.transform(input, as: .caseImage).get()
        #expect(first == second)
    }

    @Test func theMiddleIsKept() async throws {
        let made = try await processor.transform(Samples.striped(width: 300, height: 90), as: box(30, 30)).get()
        let seen = try await pixels(of: made)
        for x in [1, 15, 28] { #expect(isNear(seen.pixel(x, 15), [0, 200, 0], by: 14)) }
    }

    @Test func tinyPicturesKeepTheirPixels() async throws {
        let made = try await processor.transform(
            Samples.plain([9, 90, 200], width: 1, height: 1, colour: .rgb), as: .caseImage
        )
        .get()
        #expect(made.size == PixelSize(width: 1, height: 1))
        let wide = try await processor.transform(
            Samples.plain([9, 90, 200], width: 300, height: 100, colour: .rgb), as: box(200, 400)
        ).get()
        #expect(wide.size == PixelSize(width: 50, height: 100))
    }

    @Test func transparencyLiesOnWhite() async throws {
        let clear = try await processor.transform(Samples.plain([0, 0, 0, 0], colour: .rgba), as: box(16, 16)).get()
        #expect(isNear(try await pixels(of: clear).pixel(8, 8), [255, 255, 255]))
        let half = try await processor.transform(Samples.plain([200, 0, 0, 128], colour: .rgba), as: box(16, 16)).get()
        #expect(isNear(try await pixels(of: half).pixel(8, 8), [227, 127, 127]))
        let deep = Samples.plain([200, 0, 0, 0, 0, 0, 128, 0], colour: .rgba, depth: 16)
        let made = try await processor.transform(deep, as: box(16, 16)).get()
        #expect(isNear(try await pixels(of: made).pixel(8, 8), [227, 127, 127]))
        let webp = try await processor.transform(Fixtures.clearWebP, as: box(16, 16)).get()
        #expect(isNear(try await pixels(of: webp).pixel(8, 8), [255, 255, 255]))
    }

    @Test func everyColourSpaceBecomesSRGB() async throws {
        let grey = Samples.plain([77], colour: .grey)
        #expect(isNear(try await colour(of: grey), [77, 77, 77]))
        let deepGrey = Samples.plain([77, 0], colour: .grey, depth: 16)
        #expect(isNear(try await colour(of: deepGrey), [77, 77, 77]))
        let deep = Samples.plain([200, 10, 40, 10, 60, 10], colour: .rgb, depth: 16)
        #expect(isNear(try await colour(of: deep), [200, 40, 60]))
        let wideGamut = PNGWriter.picture(width: 40, height: 30, colour: .rgb, profile: Fixtures.p3Profile) { _, _ in
            [200, 100, 100]
        }
        #expect(isNear(try await colour(of: wideGamut), [215, 93, 97], by: 4))
        let ink = try await colour(of: Fixtures.cmykJPEG)
        #expect(ink.count == 3 && ink[0] > 200 && ink[1] < 70 && ink[2] < 70)
        #expect(isNear(try await colour(of: Fixtures.webp), [200, 40, 60]))
        #expect(isNear(try await colour(of: Fixtures.interlacedPNG), [200, 40, 60]))
    }

    @Test func aProfileThatIsNoneDoesNotSpoilThePicture() async throws {
        let odd = PNGWriter.picture(width: 40, height: 30, colour: .rgb, profile: [UInt8](repeating: 7, count: 300)) {
            _, _ in [200, 40, 60]
        }
        #expect(isNear(try await colour(of: odd), [200, 40, 60]))
    }

    @Test func orientationIsHonoured() async throws {
        let jpeg = try await Samples.striped(width: 120, height: 60)
        let kept = try await processor.transform(Samples.oriented(jpeg, 6), as: .keepSize(format: .jpeg)).get()
        #expect(kept.size == PixelSize(width: 60, height: 120))
        let seen = try await pixels(of: kept)
        #expect(isNear(seen.pixel(30, 15), [220, 0, 0], by: 14) && isNear(seen.pixel(30, 105), [0, 0, 220], by: 14))
        let covered = try await processor.transform(Samples.oriented(jpeg, 8), as: box(20, 40)).get()
        #expect(covered.size == PixelSize(width: 20, height: 40))
        let turned = try await pixels(of: covered)
        #expect(isNear(turned.pixel(10, 3), [0, 0, 220], by: 14) && isNear(turned.pixel(10, 37), [220, 0, 0], by: 14))
    }

    @Test func keepingTheSizeKeepsAlphaInPNGOnly() async throws {
        let input = Samples.plain([200, 40, 60, 100], colour: .rgba)
        let png = try await processor.transform(input, as: .keepSize(format: .png)).get()
        #expect(png.mediaType == "image/png" && png.size == PixelSize(width: 40, height: 30))
        #expect(try #require(PNGReader(png.bytes)).pixel(3, 3) == [200, 40, 60, 100])
        let jpeg = try await processor.transform(input, as: .keepSize(format: .jpeg)).get()
        #expect(JPEGHeader(jpeg.bytes)?.components == 3 && jpeg.size == png.size)
    }

    @Test func scalingInTheJPEGDecoderLooksLikeScalingAfterIt() async throws {
        let png = Samples.noisy(width: 640, height: 640)
        let jpeg = try await processor.transform(png, as: .keepSize(format: .jpeg)).get().bytes
        let quick = try await pixels(of: processor.transform(jpeg, as: box(80, 80)).get())
        let slow = try await pixels(of: processor.transform(png, as: box(80, 80)).get())
        var difference = 0
        for y in 0..<80 {
            for x in 0..<80 {
                difference += zip(quick.pixel(x, y), slow.pixel(x, y)).reduce(0) { $0 + abs($1.0 - $1.1) }
            }
        }
        #expect(Double(difference) / Double(80 * 80 * 3) < 6)
    }

    @Test func manyAtOnceAllCome() async throws {
        let input = Samples.noisy(width: 600, height: 600)
        let wanted = try await processor.transform(input, as: .caseImage).get()
        let made = await withTaskGroup(of: TransformedImage?.self) { group in
            for _ in 0..<16 { group.addTask { try? await processor.transform(input, as: .caseImage).get() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(made.count == 16 && made.allSatisfy { $0 == wanted })
    }

    private func colour(of input: [UInt8]) async throws -> [Int] {
        try await pixels(of: processor.transform(input, as: box(16, 16)).get()).pixel(8, 8)
    }
}
