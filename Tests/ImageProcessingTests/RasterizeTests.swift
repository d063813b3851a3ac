import ImageProcessing
import JobModel
import Orchestration
import Testing

@Suite struct RasterizeTests {
    private static let drawing = """
        <svg xmlns="http://www.w3.org/2000/svg" width="60" height="40">
        <rect x="0" y="0" width="30" height="40" fill="#c8283c"/></svg>
        """

    @Test func aDrawingComesInItsOwnSize() async throws {
        let png = try #require(PNGReader(try await processor.rasterize(Self.drawing, as: .png).get()))
        #expect(png.width == 60 && png.height == 40)
        #expect(png.pixel(10, 10) == [200, 40, 60, 255])
        #expect(png.pixel(50, 10)[3] == 0)
    }

    @Test func jpegLiesOnWhite() async throws {
        let bytes = try await processor.rasterize(Self.drawing, as: .jpeg(quality: 95)).get()
        #expect(JPEGHeader(bytes)?.size == PixelSize(width: 60, height: 40))
        let kept = try await processor.transform(bytes, as: .keepSize(format: .png)).get()
        #expect(isNear(try #require(PNGReader(kept.bytes)).pixel(50, 10), [255, 255, 255]))
    }

    @Test func embeddedPicturesAreDrawnAndFilesAreNot() async throws {
        let red = try await processor.transform(Samples.plain([200, 40, 60], colour: .rgb), as: box(8, 8)).get()
        let uri = "data:image/jpeg;base64,\(Base64Text.encode(red.bytes))"
        for (href, wanted) in [(uri, 200), ("file:///usr/share/pixmaps/debian-logo.png", 255)] {
            let svg = """
                <svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" \
                fill="#fff"/>
                <image width="20" height="20" href="\(href)"/></svg>
                """
            let png = try #require(PNGReader(try await processor.rasterize(svg, as: .png).get()))
            #expect(abs(png.pixel(10, 10)[0] - wanted) < 8)
        }
    }

    @Test func aBrokenDrawingIsOurOwnFailure() async throws {
        for text in ["<svg", "", "<svg xmlns='http://www.w3.org/2000/svg' width='90000' height='90000'/>"] {
            guard case .failure(let error) = await processor.rasterize(text, as: .png) else {
                Issue.record("\(text) was drawn")
                continue
            }
            #expect(error.kind == .internalFailure)
        }
    }
}
