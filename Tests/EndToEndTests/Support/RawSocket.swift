import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A TCP socket to 127.0.0.1 in a test's own hands, for peers that do what no client does. Blocking: use it on a thread
/// of ``apart(_:)``.
final class RawSocket {
    private let descriptor: Int32

    /// - Parameter room: bytes that the kernel keeps for what has come and was not read; nil as it likes.
    init(port: Int, room: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemFailure(call: "socket", code: errno) }
        if var room {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
        }
        guard withLoopback(port, { connect(descriptor, $0, $1) }) == 0 else {
            throw SystemFailure(call: "connect", code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Runs blocking work on a thread of its own.
    static func apart<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            _ = OwnerThread(name: "raw-socket") { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    /// - Returns: false once the server takes no more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// No more will be sent; what comes can still be read.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    enum Turn: Equatable {
        case bytes([UInt8])
        case closed
        case nothing
    }

    /// What comes next, within so many milliseconds at most.
    func next(within milliseconds: Int32) -> Turn {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return .nothing }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? .bytes(Array(buffer[..<count])) : .closed
    }

    /// Sends as much as is taken at this moment, and waits at most so long for a moment.
    /// - Returns: false once the connection is gone.
    func push(_ bytes: [UInt8], within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return true }
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        return count > 0 || errno == EAGAIN || errno == EINTR
    }

    /// All that comes until the server closes; nil if it does not within the tests' bound.
    func untilClosed() -> String? {
        var bytes: [UInt8] = []
        let clock = ContinuousClock()
        let end = clock.now + Limits.wait
        while clock.now < end {
            switch next(within: 1_000) {
            case .bytes(let more): bytes += more
            case .closed: return String(decoding: bytes, as: UTF8.self)
            case .nothing: continue
            }
        }
        return nil
    }
}
