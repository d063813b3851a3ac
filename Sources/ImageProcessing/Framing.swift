import JobModel

/// Where the kept part of a picture lies: first scaled down, then cut out. All in the picture's stored orientation.
struct Framing: Hashable, Sendable {
    /// How much of the scaling the JPEG decoder does by itself: 1, 2, 4 or 8.
    var shrink = 1
    /// The whole picture's size after scaling; the source's own if nothing is scaled.
    var scaled: PixelSize
    var left: Int
    var top: Int
    var width: Int
    var height: Int

    /// Covers `box` and cuts what stands over, evenly on both sides. A picture smaller than the box in either direction
    /// is cut to the box's shape and keeps its pixels.
    init(covering box: PixelSize, from source: PixelSize) {
        let scale = max(
            Double(box.width) / Double(source.width), Double(box.height) / Double(source.height))
        if scale < 1 {
            scaled = PixelSize(
                width: max(box.width, Int((Double(source.width) * scale).rounded())),
                height: max(box.height, Int((Double(source.height) * scale).rounded())))
            (width, height) = (box.width, box.height)
        } else {
            scaled = source
            width = min(source.width, max(1, Framing.rounded(source.height * box.width, over: box.height)))
            height = min(source.height, max(1, Framing.rounded(source.width * box.height, over: box.width)))
        }
        left = (scaled.width - width) / 2
        top = (scaled.height - height) / 2
    }

    /// The same, letting a JPEG decoder do as much of the scaling as leaves the rest at or above the wanted size.
    mutating func shrinkOnLoad(from source: PixelSize) {
        shrink =
            [8, 4, 2].first { factor in
                (source.width + factor - 1) / factor >= scaled.width
                    && (source.height + factor - 1) / factor >= scaled.height
            } ?? 1
    }

    private static func rounded(_ value: Int, over divisor: Int) -> Int { (value + divisor / 2) / divisor }
}
