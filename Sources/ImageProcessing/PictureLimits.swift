import JobModel

/// How large a foreign picture may be. Everything is checked on the header, before a pixel is decoded.
public struct PictureLimits: Hashable, Sendable {
    /// Encoded bytes.
    public var bytes = 32 * 1024 * 1024
    /// Width × height of a picture that is decoded row by row.
    public var pixels = 40_000_000
    /// Width × height of a picture that its decoder must hold whole: interlaced PNG, JPEG in several scans, WebP.
    public var pixelsHeldWhole = 16_800_000
    /// Longest side in pixels.
    public var side = 16_384
    /// Scans of a progressive JPEG; each is a pass over the whole picture. Encoders write about ten.
    public var scans = 100
    /// Pixels of a document of our own that ``VipsImageProcessor/rasterize(_:as:)`` draws.
    public var drawnPixels = 40_000_000
    /// Bytes of such a document.
    public var drawnBytes = 64 * 1024 * 1024

    public init() {}
}

/// What a loader says before it decodes.
struct PictureHeader: Hashable, Sendable {
    var width: Int
    var height: Int
    var frames: Int
    /// The decoder needs memory for the whole picture at once.
    var isHeldWhole: Bool
    /// EXIF: 1 is upright, 5 to 8 lie on their side.
    var orientation: Int

    var liesOnItsSide: Bool { (5...8).contains(orientation) }
}

extension PictureLimits {
    func check(_ header: PictureHeader) throws(MediaError) {
        let size = "\(header.width)×\(header.height)"
        guard header.width > 0, header.height > 0, header.width <= side, header.height <= side else {
            throw .unusable("the picture is \(size) pixels; a side may have 1 to \(side)")
        }
        let allowed = header.isHeldWhole ? min(pixels, pixelsHeldWhole) : pixels
        guard header.width * header.height <= allowed else {
            throw .unusable("the picture is \(size) pixels, more than the \(allowed) allowed")
        }
        guard header.frames == 1 else {
            throw .unusable("the picture has \(header.frames) frames; only single pictures are taken")
        }
    }

    /// In entropy-coded data a byte FF is never followed by DA, so counting the pair counts the scans (a few more if
    /// metadata holds it by chance).
    func checkScans(of jpeg: UnsafeRawBufferPointer) throws(MediaError) {
        var count = 0
        var previous: UInt8 = 0
        for byte in jpeg {
            if previous == 0xFF, byte == 0xDA { count += 1 }
            previous = byte
        }
        guard count <= scans else {
            throw .unusable("the JPEG has \(count) scans, more than the \(scans) allowed")
        }
    }
}

extension MediaError {
    /// The provider's bytes are no picture we can keep.
    static func unusable(_ message: String) -> MediaError { MediaError(.unusableOutput, message) }
}
