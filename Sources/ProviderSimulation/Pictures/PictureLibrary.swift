import JSONCoding
import NIOCore
import Threads

/// A picture ready to be put into an answer: shared by every answer that carries it.
struct EncodedPicture: Sendable {
    var mimeType: String
    var base64: ByteBuffer
    var bytes = ByteBuffer()
}

/// Where a picture comes from: what is kept of it in names and records instead of its bytes.
enum PictureSource: Hashable, Sendable {
    case made(PictureLibrary.Key)
    /// A file that the scenario names.
    case file(String)
}

/// Pictures encoded once and shared by every answer that carries them.
final class PictureLibrary: Sendable {
    enum Key: Hashable, Sendable {
        case png(TestPicture)
        case jpeg(TestPicture)
        case spoiled(SpoiledPicture)
    }

    /// At most this many are kept; the oldest makes room. With 1.6 MB and its base64 each, about 150 MB.
    private static let bound = 40

    private struct Shelf {
        var pictures: [Key: EncodedPicture] = [:]
        var order: [Key] = []
    }

    private let shelf = Locked(Shelf())
    private let files: [String: EncodedPicture]
    /// One thread, so that a picture wanted by many at once is made once; off the cooperative pool, because it is work.
    private let pool: BlockingPool

    init(files: [String: Picture], pool: BlockingPool) {
        self.files = files.mapValues(Self.encoded)
        self.pool = pool
    }

    /// - Throws: for a file that was not read at the start.
    func picture(_ source: PictureSource) async throws(ScenarioError) -> EncodedPicture {
        switch source {
        case .made(let key): return await picture(key)
        case .file(let path):
            guard let picture = files[path] else { throw ScenarioError(path: path, message: "was not read") }
            return picture
        }
    }

    func pictures(_ sources: [PictureSource]) async throws(ScenarioError) -> [EncodedPicture] {
        var pictures: [EncodedPicture] = []
        for source in sources { pictures.append(try await picture(source)) }
        return pictures
    }

    /// The type it claims, without making it.
    func mimeType(_ source: PictureSource) -> String {
        switch source {
        case .made(.jpeg): "image/jpeg"
        case .made: "image/png"
        case .file(let path): files[path]?.mimeType ?? "application/octet-stream"
        }
    }

    func picture(_ key: Key) async -> EncodedPicture {
        if let picture = kept(key) { return picture }
        return await pool.run { [self] in
            if let picture = kept(key) { return picture }
            let picture = Self.encoded(Self.make(key))
            keep(picture, under: key)
            return picture
        }
    }

    private func kept(_ key: Key) -> EncodedPicture? { shelf.withLock { $0.pictures[key] } }

    private func keep(_ picture: EncodedPicture, under key: Key) {
        shelf.withLock { shelf in
            shelf.pictures[key] = picture
            shelf.order.append(key)
            if shelf.order.count > Self.bound { shelf.pictures[shelf.order.removeFirst()] = nil }
        }
    }

    private static func encoded(_ picture: Picture) -> EncodedPicture {
        EncodedPicture(
            mimeType: picture.mimeType, base64: ByteBuffer(string: Base64.encode(picture.bytes)),
            bytes: ByteBuffer(bytes: picture.bytes))
    }

    static func make(_ key: Key) -> Picture {
        switch key {
        case .png(let picture): Picture(mimeType: "image/png", bytes: PNG.encode(picture))
        case .jpeg(let picture): Picture(mimeType: "image/jpeg", bytes: JPEG.encode(picture))
        case .spoiled(.notAnImage):
            Picture(mimeType: "image/png", bytes: Array("This is text, whatever its type says.\n".utf8))
        case .spoiled(.truncated): spoilable.truncated
        case .spoiled(.damaged): spoilable.damaged
        case .spoiled(.huge): Picture(mimeType: "image/png", bytes: PNG.black(width: 30_000, height: 30_000))
        }
    }

    private static var spoilable: Picture {
        Picture(mimeType: "image/png", bytes: PNG.encode(TestPicture(width: 512, height: 512, hue: 0)))
    }
}
