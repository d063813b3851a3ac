import JobModel
import Orchestration

extension [UInt8] {
    /// The whole way from a provider's bytes to the picture that is kept. Blocks and burns the processor.
    func transformed(as transform: ImageTransform, within limits: PictureLimits) throws(MediaError) -> TransformedImage
    {
        guard !isEmpty else { throw .unusable("the provider's answer is empty") }
        guard count <= limits.bytes else {
            throw .unusable("the picture has \(count) bytes, more than the \(limits.bytes) allowed")
        }
        return try withBytes { bytes throws(MediaError) in
            guard let format = PictureFormat(sniffing: bytes) else {
                throw .unusable("not a picture we know (PNG, JPEG or WebP)")
            }
            let header = try Picture.checkedHeader(of: bytes, as: format, within: limits)
            switch transform {
            case .coverJPEG(let box, let quality):
                return try bytes.covering(box, quality, format, header)
            case .keepSize(.jpeg):
                let picture = try Picture(opening: bytes, as: format).onWhite().inSRGB().upright(header.orientation)
                return try picture.kept(as: .jpeg(quality: 90))
            case .keepSize(.png):
                let picture = try Picture(opening: bytes, as: format).inSRGB().upright(header.orientation)
                return try picture.kept(as: .png)
            }
        }
    }

    /// Draws an SVG document of our own.
    func drawn(as format: RasterFormat, within limits: PictureLimits) throws(MediaError) -> [UInt8] {
        guard count <= limits.drawnBytes else {
            throw MediaError(.internalFailure, "the drawing has \(count) bytes, more than \(limits.drawnBytes)")
        }
        do {
            return try withBytes { bytes throws(MediaError) in
                let picture = try Picture(drawing: bytes)
                let size = picture.size
                guard size.width * size.height <= limits.drawnPixels else {
                    throw .unusable("it is \(size.width)×\(size.height) pixels, more than \(limits.drawnPixels)")
                }
                switch format {
                case .png: return try picture.encoded(as: .png)
                case .jpeg(let quality): return try picture.onWhite().encoded(as: .plainJPEG(quality: quality))
                }
            }
        } catch {
            // The document is our own, so whatever is wrong with it is our failure and nobody's output.
            throw MediaError(.internalFailure, "a drawing failed: \(error.message)")
        }
    }

    /// Results carry the error out because the standard library's closure does not carry a typed one here.
    private func withBytes<Made>(
        _ body: (UnsafeRawBufferPointer) throws(MediaError) -> Made
    ) throws(MediaError) -> Made {
        try withUnsafeBytes { bytes in
            Result { () throws(MediaError) in try body(bytes) }
        }.get()
    }
}

extension Picture {
    fileprivate static func checkedHeader(
        of bytes: UnsafeRawBufferPointer, as format: PictureFormat, within limits: PictureLimits
    ) throws(MediaError) -> PictureHeader {
        let header = try Picture(opening: bytes, as: format).header(of: format)
        try limits.check(header)
        if format == .jpeg, header.isHeldWhole { try limits.checkScans(of: bytes) }
        return header
    }

    fileprivate consuming func kept(as encoding: Encoding) throws(MediaError) -> TransformedImage {
        let size = size
        let mediaType = encoding == .png ? "image/png" : "image/jpeg"
        return TransformedImage(bytes: try encoded(as: encoding), mediaType: mediaType, size: size)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func covering(
        _ box: PixelSize, _ quality: Int, _ format: PictureFormat, _ header: PictureHeader
    ) throws(MediaError) -> TransformedImage {
        guard (1...8192).contains(box.width), (1...8192).contains(box.height), (1...100).contains(quality) else {
            throw MediaError(.invalidRequest, "a picture's size is 1 to 8192 pixels a side, its quality 1 to 100")
        }
        let storedBox = header.liesOnItsSide ? PixelSize(width: box.height, height: box.width) : box
        let source = PixelSize(width: header.width, height: header.height)
        var frame = Framing(covering: storedBox, from: source)
        if format == .jpeg { frame.shrinkOnLoad(from: source) }
        return try Picture(opening: self, as: format, shrink: frame.shrink)
            .onWhite().scaled(to: frame.scaled).cut(to: frame).inSRGB().upright(header.orientation)
            .kept(as: .jpeg(quality: quality))
    }
}
