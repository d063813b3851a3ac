import JobModel
import Testing

@testable import ImageProcessing

@Suite struct FramingTests {
    /// Every mix of small and large sides: the cut lies inside the scaled picture, has the box's size or shape, and
    /// nothing is ever enlarged.
    @Test func theCutAlwaysFits() {
        let sides = [1, 2, 3, 7, 100, 299, 511, 512, 513, 1023, 1024, 1025, 4096, 16_384]
        let boxes = [(512, 512), (640, 360), (1, 1), (1, 300), (300, 1)].map { PixelSize(width: $0.0, height: $0.1) }
        for width in sides {
            for height in sides {
                for box in boxes { check(PixelSize(width: width, height: height), box) }
            }
        }
    }

    private func check(_ source: PixelSize, _ box: PixelSize) {
        var frame = Framing(covering: box, from: source)
        let words: Comment = "\(source) into \(box)"
        #expect(frame.left >= 0 && frame.top >= 0 && frame.width >= 1 && frame.height >= 1, words)
        #expect(frame.left + frame.width <= frame.scaled.width, words)
        #expect(frame.top + frame.height <= frame.scaled.height, words)
        #expect(frame.scaled.width <= source.width && frame.scaled.height <= source.height, words)
        if source.width >= box.width, source.height >= box.height {
            #expect(frame.width == box.width && frame.height == box.height, words)
        } else {
            #expect(frame.scaled == source, words)
        }
        frame.shrinkOnLoad(from: source)
        #expect((source.width + frame.shrink - 1) / frame.shrink >= frame.scaled.width, words)
        #expect((source.height + frame.shrink - 1) / frame.shrink >= frame.scaled.height, words)
    }

    @Test func theDecoderScalesAsFarAsItMay() {
        var frame = Framing(covering: PixelSize(width: 512, height: 512), from: PixelSize(width: 1024, height: 1024))
        frame.shrinkOnLoad(from: PixelSize(width: 1024, height: 1024))
        #expect(frame.shrink == 2)
        frame = Framing(covering: PixelSize(width: 512, height: 512), from: PixelSize(width: 1000, height: 1000))
        frame.shrinkOnLoad(from: PixelSize(width: 1000, height: 1000))
        #expect(frame.shrink == 1)
    }
}
