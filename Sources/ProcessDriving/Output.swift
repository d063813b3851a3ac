#if canImport(Glibc)
import Glibc
#endif

/// What a program tells.
package enum Output {
    /// A line of the results.
    package static func line(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// What goes on meanwhile.
    package static func note(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        // A reader that has gone ends nothing here.
        _ = Array((text + "\n").utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
