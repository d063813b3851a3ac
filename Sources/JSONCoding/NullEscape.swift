#if canImport(Glibc)
import Glibc
#endif

/// The six bytes `\u0000`: what our marks begin with, in both directions.
enum NullEscape {
    static let spelling = Array("\\u0000".utf8)

    /// The index of the next one at or behind `start`. May belong to an escaped backslash (`\\u0000`).
    static func next(in bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var at = start
        while at < bytes.count, let found = memchr(base + at, Int32(UInt8(ascii: "\\")), bytes.count - at) {
            at = UnsafeRawPointer(base).distance(to: found)
            if bytes[at...].starts(with: spelling) { return at }
            at += 1
        }
        return nil
    }
}
