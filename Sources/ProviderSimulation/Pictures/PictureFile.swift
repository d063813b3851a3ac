#if canImport(Glibc)
import Glibc
#endif

extension Picture {
    static let largestFile = 32 << 20

    /// A file as it is; its type is told by its first bytes.
    init(file path: String) throws(ScenarioError) {
        bytes = try FileBytes.read(path, atMost: Self.largestFile)
        mimeType =
            if bytes.starts(with: PNG.signature) {
                "image/png"
            } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
                "image/jpeg"
            } else if bytes.starts(with: Array("RIFF".utf8)) && bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
                "image/webp"
            } else {
                "application/octet-stream"
            }
    }
}

enum FileBytes {
    /// Reads a whole file, once, at the start.
    static func read(_ path: String, atMost bound: Int) throws(ScenarioError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= bound else {
                throw ScenarioError(path: "", message: "\(path) is larger than \(bound) bytes")
            }
        }
    }

    private static func failure(_ path: String) -> ScenarioError {
        ScenarioError(path: "", message: "cannot read \(path): \(String(cString: strerror(errno)))")
    }
}
