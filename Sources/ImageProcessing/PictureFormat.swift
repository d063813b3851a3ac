/// The three formats that are ever opened, told apart by their first bytes alone.
enum PictureFormat: Hashable, Sendable {
    case png
    case jpeg
    case webp

    /// nil for everything else: SVG, GIF, PDF, TIFF, HTML error pages, nothing at all.
    init?(sniffing bytes: UnsafeRawBufferPointer) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.count >= 12, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) {
            self = .webp
        } else {
            return nil
        }
    }
}
