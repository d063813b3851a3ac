#if canImport(Glibc)
import Glibc
#endif

/// Whole lines on the standard streams.
public enum StandardStreams {
    public enum Stream: Int32, Sendable {
        case output = 1
        case error = 2
    }

    public static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    /// Writes it whole, or as much as the reader takes: a reader that has gone ends nothing here.
    public static func write(_ text: String, to stream: Stream) { write(Array(text.utf8), to: stream) }

    public static func write(_ bytes: [UInt8], to stream: Stream) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(stream.rawValue, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
