#if canImport(Glibc)
import Glibc
#endif

/// The service manager that started this process and wants to hear how it is (systemd, for units with `Type=notify`).
///
/// Without one (`NOTIFY_SOCKET` is not set) nothing is sent. A manager that cannot be told is no error here: it waits for
/// the word, and ends a process that it never hears from by its own rules.
public enum ServiceManager {
    public enum State: String, Sendable {
        /// Serves; whoever waits for the start may go on.
        case ready = "READY=1"
        /// Was asked to end, and is ending in order.
        case stopping = "STOPPING=1"
    }

    private static let variable = "NOTIFY_SOCKET"

    /// One datagram; never waits.
    public static func tell(_ state: State) {
        guard let path = Settings.processEnvironment(variable), var address = address(path) else { return }
        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        let message = Array(state.rawValue.utf8)
        _ = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                sendto(socket, message, message.count, Int32(MSG_NOSIGNAL), address, size)
            }
        }
    }

    /// Nil for a path that is too long, or neither absolute nor, with `@`, an abstract name.
    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = path.utf8.count < MemoryLayout.size(ofValue: address.sun_path)
        guard fits, path.hasPrefix("/") || path.hasPrefix("@") else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path.utf8)
            if path.hasPrefix("@") { bytes[0] = 0 }
        }
        return address
    }
}
