import CVips
import JobModel
import Threads

/// One reference to a libvips picture, given back when the value ends.
///
/// Pictures are lazy: pixels are decoded when a result is saved, so a damaged file may fail at any later step. The
/// bytes it was opened from must outlive it and all that was made from it.
struct Picture: ~Copyable {
    private let raw: UnsafeMutablePointer<VipsImage>

    private init(_ result: UnsafeMutablePointer<VipsImage>?, _ step: String) throws(MediaError) {
        guard let result else { throw VipsLibrary.takeFailure(of: step) }
        raw = result
    }

    deinit {
        VipsLibrary.machineCode.withLock { _ in dr_vips_unref(raw) }
    }

    /// - Parameter shrink: 1, 2, 4 or 8, for JPEG; the others ignore it.
    init(opening bytes: UnsafeRawBufferPointer, as format: PictureFormat, shrink: Int = 1) throws(MediaError) {
        let start = try Picture.start(of: bytes)
        let result =
            switch format {
            case .png: dr_vips_load_png(start, bytes.count)
            case .jpeg: dr_vips_load_jpeg(start, bytes.count, Int32(shrink))
            case .webp: dr_vips_load_webp(start, bytes.count)
            }
        try self.init(result, "the picture cannot be opened")
    }

    init(drawing svg: UnsafeRawBufferPointer) throws(MediaError) {
        try self.init(dr_vips_load_svg(Picture.start(of: svg), svg.count), "the drawing cannot be opened")
    }

    private static func start(of bytes: UnsafeRawBufferPointer) throws(MediaError) -> UnsafeRawPointer {
        guard let start = bytes.baseAddress else { throw .unusable("there are no bytes") }
        return start
    }

    var size: PixelSize { PixelSize(width: Int(raw.pointee.Xsize), height: Int(raw.pointee.Ysize)) }

    func header(of format: PictureFormat) -> PictureHeader {
        PictureHeader(
            width: size.width, height: size.height, frames: Int(dr_vips_header_int(raw, "n-pages", 1)),
            isHeldWhole: format == .webp || dr_vips_header_int(raw, "interlaced", 0) != 0,
            orientation: Int(dr_vips_header_int(raw, "orientation", 1)))
    }

    /// Lays what is transparent on white. Colours are mixed before any scaling, which gives the same picture as scaling
    /// premultiplied colours and stays in whole numbers.
    consuming func onWhite() throws(MediaError) -> Picture {
        guard vips_image_hasalpha(raw) != 0 else { return self }
        return try Picture(dr_vips_flatten_on_white(raw), "transparency")
    }

    consuming func scaled(to size: PixelSize) throws(MediaError) -> Picture {
        guard size != self.size else { return self }
        let across = Double(size.width) / Double(self.size.width)
        let down = Double(size.height) / Double(self.size.height)
        var result: UnsafeMutablePointer<VipsImage>?
        VipsLibrary.machineCode.withLock { _ in result = dr_vips_resize(raw, across, down) }
        return try Picture(result, "scaling")
    }

    /// Rows below the cut would never be decoded, so damage there would pass unseen: all are decoded first.
    consuming func cut(to frame: Framing) throws(MediaError) -> Picture {
        guard frame.width != size.width || frame.height != size.height else { return self }
        let whole = frame.height < size.height ? try decoded() : self
        return try Picture(
            dr_vips_crop(whole.raw, Int32(frame.left), Int32(frame.top), Int32(frame.width), Int32(frame.height)),
            "cropping")
    }

    /// 8-bit sRGB from greyscale, CMYK, 16-bit and from any embedded profile. A profile that cannot be used is ignored,
    /// as viewers do: the pixels are sound.
    consuming func inSRGB() throws(MediaError) -> Picture {
        if dr_vips_has_profile(raw) != 0 {
            do {
                return try Picture(dr_vips_profile_to_srgb(raw), "colours")
            } catch  where error.kind == .unusableOutput {
                return try Picture(dr_vips_colours_to_srgb(raw), "colours")
            }
        }
        return try Picture(dr_vips_colours_to_srgb(raw), "colours")
    }

    /// Turned as its EXIF orientation says; needs all rows at once, so do it last, on the smallest picture.
    consuming func upright(_ orientation: Int) throws(MediaError) -> Picture {
        guard orientation != 1 else { return self }
        let whole = try decoded()
        return try Picture(dr_vips_turn_upright(whole.raw), "orientation")
    }

    private consuming func decoded() throws(MediaError) -> Picture {
        try Picture(dr_vips_decode_all(raw), "the picture is damaged")
    }
}

extension Picture {
    enum Encoding: Hashable, Sendable {
        /// Optimised and progressive: what is kept and served.
        case jpeg(quality: Int)
        /// Baseline: quick to write and to read again.
        case plainJPEG(quality: Int)
        case png
    }

    /// Decodes all that is needed and encodes it without metadata.
    consuming func encoded(as encoding: Encoding) throws(MediaError) -> [UInt8] {
        var count = 0
        let saved =
            switch encoding {
            case .jpeg(let quality): dr_vips_save_jpeg(raw, Int32(quality), &count)
            case .plainJPEG(let quality): dr_vips_save_plain_jpeg(raw, Int32(quality), &count)
            case .png: dr_vips_save_png(raw, &count)
            }
        guard let saved else { throw VipsLibrary.takeFailure(of: "the picture is damaged") }
        defer { g_free(saved) }
        return [UInt8](UnsafeRawBufferPointer(start: saved, count: count))
    }
}
