#if canImport(Glibc)
import Glibc
#endif

extension Files {
    /// A fresh directory below `TMPDIR`, for this user alone.
    package static func temporaryDirectory(_ name: String) throws -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw DrivingFailure("cannot make a directory in \(parent)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static func makeDirectory(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 else { throw DrivingFailure("cannot make \(path)") }
    }

    /// Where this program's executable is.
    package static func ownDirectory() throws -> String {
        guard let path = realpath("/proc/self/exe", nil) else {
            throw DrivingFailure("cannot tell where this program is")
        }
        defer { free(path) }
        let text = String(cString: path)
        guard let slash = text.lastIndex(of: "/") else { return "." }
        return String(text[..<slash])
    }
}
