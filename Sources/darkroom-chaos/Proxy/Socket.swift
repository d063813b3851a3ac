#if canImport(Glibc)
import Glibc
#endif

/// A TCP connection on loopback, for blocking use.
struct Socket: Sendable {
    let descriptor: Int32

    /// A peer that says nothing for so long is given up: nothing hangs for ever.
    private static let patience = timeval(tv_sec: 60, tv_usec: 0)

    init(accepted descriptor: Int32) {
        self.descriptor = descriptor
        var patience = Socket.patience
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Nil if nobody listens there.
    init?(to port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        self.init(accepted: descriptor)
        guard Loopback.withAddress(port, { connect(descriptor, $0, $1) }) == 0 else {
            Glibc.close(descriptor)
            return nil
        }
    }

    /// Whether all of it was taken.
    func send(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Some bytes; nil at the end, after an error, and when the peer was silent for too long.
    func receive() -> ArraySlice<UInt8>? {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            return count > 0 ? chunk[..<count] : nil
        }
    }

    /// Ends both directions, whoever else holds the descriptor; wakes a thread that waits in it.
    func shut() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func close() {
        shut()
        Glibc.close(descriptor)
    }
}

enum Loopback {
    static func withAddress<Result>(
        _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// A listening socket and its port.
    static func listen() -> (descriptor: Int32, port: UInt16)? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var bound = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening =
            withAddress(0) { bind(descriptor, $0, $1) } == 0 && Glibc.listen(descriptor, 512) == 0
            && withUnsafeMutablePointer(to: &bound) { place in
                place.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
            } == 0
        guard isListening else {
            Glibc.close(descriptor)
            return nil
        }
        return (descriptor, UInt16(bigEndian: bound.sin_port))
    }
}
