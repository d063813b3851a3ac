import Threads

#if canImport(Glibc)
import Glibc
#endif

struct SocketFailure: Error {
    let call: String
    let code: Int32
}

/// One blocking TCP connection to 127.0.0.1, each call run on a thread of its own: no call blocks the cooperative pool.
final class RawConnection: Sendable {
    /// How reading ended.
    enum End: Equatable, Sendable {
        /// The peer closed in order.
        case closed
        case reset
    }

    private let descriptor: Int32
    private let isOpen = Locked(true)

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    static func open(port: Int) async throws -> RawConnection {
        try await onThread {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { throw SocketFailure(call: "socket", code: errno) }
            let connection = RawConnection(descriptor: descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let code = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard code == 0 else { throw SocketFailure(call: "connect", code: errno) }
            return connection
        }
    }

    func send(_ bytes: [UInt8]) async throws {
        let descriptor = descriptor
        try await onThread {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw SocketFailure(call: "send", code: errno) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// The next bytes, or how the connection ended. Waits as long as it takes; the test's time limit is the bound.
    func receive() async throws -> Result<[UInt8], ConnectionEnded> {
        let descriptor = descriptor
        return try await onThread {
            var chunk = [UInt8](repeating: 0, count: 1 << 18)
            while true {
                let count = recv(descriptor, &chunk, chunk.count, 0)
                if count > 0 { return .success(Array(chunk[..<count])) }
                if count == 0 { return .failure(ConnectionEnded(end: .closed)) }
                if errno == EINTR { continue }
                if errno == ECONNRESET { return .failure(ConnectionEnded(end: .reset)) }
                throw SocketFailure(call: "recv", code: errno)
            }
        }
    }

    func close() {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        if wasOpen { Glibc.close(descriptor) }
    }
}

struct ConnectionEnded: Error {
    let end: RawConnection.End
}

private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        _ = OwnerThread(name: "client") { continuation.resume(with: Result { try body() }) }
    }
}
