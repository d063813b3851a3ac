import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// Why an address cannot be served at, and what to do about it.
public enum ListenFailure {
    /// - Returns: nil for an error that is not about an address.
    public static func words(for error: any Error) -> String? {
        switch error {
        case let error as IOError: words(for: error.errnoCode)
        case SocketAddressError.unknown(let host, _):
            "\(host) is not the name of an address here; give one, such as 127.0.0.1"
        default: nil
        }
    }

    /// - Parameter code: what `bind` or `listen` left in `errno`.
    public static func words(for code: Int32) -> String {
        switch code {
        case EADDRINUSE:
            "address already in use: stop the program that listens there, or choose another port (0 picks a free one)"
        case EADDRNOTAVAIL:
            "this machine has no such address: give one of its own, or 127.0.0.1 for this machine alone"
        case EACCES: "permission denied: ports below 1024 belong to root; choose one above"
        default: String(cString: strerror(code))
        }
    }
}
