import ArgumentParser

#if canImport(Glibc)
import Glibc
#endif

/// Small files, whole, with errors that say what is wrong with the path.
public enum FileReading {
    public static func bytes(of path: String, atMost maximum: Int) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ValidationError("\(path): \(reason(errno))") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw ValidationError("\(path): \(reason(errno))") }
            if count == 0 { return bytes }
            guard bytes.count + count <= maximum else {
                throw ValidationError("\(path): is larger than \(maximum) bytes")
            }
            bytes += buffer[..<count]
        }
    }

    /// Writes a whole file in place of what stood there.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        let aside = path + ".part"
        let file = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw ValidationError("\(path): \(reason(errno))") }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw dropped(aside, path) }
            rest = rest.dropFirst(count)
        }
        guard rename(aside, path) == 0 else { throw dropped(aside, path) }
    }

    /// Removes what was begun, and says why it was not finished.
    private static func dropped(_ aside: String, _ path: String) -> ValidationError {
        let code = errno
        unlink(aside)
        return ValidationError("\(path): \(reason(code))")
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "there is no such file"
        case EISDIR: "is a directory, not a file"
        case EACCES: "this user has no permission for it"
        default: String(cString: strerror(code))
        }
    }
}
