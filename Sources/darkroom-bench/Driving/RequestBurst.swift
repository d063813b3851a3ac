#if canImport(Glibc)
import Glibc
#endif

/// Requests that leave at one instant, each over a connection of its own that stood open before. One thread, `poll`, no
/// client library: what it measures is the server, not itself.
final class RequestBurst: Sendable {
    private let sockets: [Int32]
    private let authority: String

    private static let patience: Int32 = 30_000

    /// Opens the connections. Blocks.
    /// - Parameter server: `http://127.0.0.1:PORT`.
    init(to server: String, connections: Int) throws {
        authority = String(server.dropFirst("http://".count))
        guard let colon = authority.lastIndex(of: ":"), let port = UInt16(authority[authority.index(after: colon)...])
        else { throw BenchFailure("\(server) is no address for a burst") }
        var sockets: [Int32] = []
        for _ in 0..<connections {
            let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
            sockets.append(socket)
            var peer = sockaddr_in()
            peer.sin_family = sa_family_t(AF_INET)
            peer.sin_port = port.bigEndian
            peer.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let isOpen = withUnsafePointer(to: &peer) { place in
                place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isOpen else { throw BenchFailure("cannot connect to \(server): \(String(cString: strerror(errno)))") }
        }
        self.sockets = sockets
    }

    deinit { for socket in sockets { close(socket) } }

    /// Posts one body over each connection. Blocks.
    /// - Parameter headers: of each request, beside those that every one has.
    /// - Returns: milliseconds from the instant of the burst, the same for all, to the last byte of each answer.
    /// - Throws: if an answer is not 202.
    func post(_ bodies: [[UInt8]], to path: String, headers: [[String]] = []) throws -> [Double] {
        let requests = bodies.enumerated().map { index, body in
            let own = headers.isEmpty ? "" : headers[index].map { $0 + "\r\n" }.joined()
            return Array(
                """
                POST \(path) HTTP/1.1\r\nHost: \(authority)\r\nContent-Type: application/json\r\n\
                \(own)Content-Length: \(body.count)\r\n\r\n
                """.utf8) + body
        }
        let begin = ContinuousClock.now
        for (socket, request) in zip(sockets, requests) {
            guard write(socket, request, request.count) == request.count else {
                throw BenchFailure("a request of \(request.count) bytes did not fit into its socket")
            }
        }
        return try answers(since: begin, count: requests.count)
    }

    private func answers(since begin: ContinuousClock.Instant, count: Int) throws -> [Double] {
        var answers = [Answer](repeating: Answer(), count: count)
        var waiting = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var times: [Double] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while times.count < count {
            guard poll(&waiting, nfds_t(waiting.count), Self.patience) > 0 else {
                throw BenchFailure("\(count - times.count) of \(count) requests were not answered")
            }
            for index in waiting.indices where waiting[index].revents != 0 && index < count {
                let length = read(waiting[index].fd, &chunk, chunk.count)
                guard length > 0 else { throw BenchFailure("the server closed a connection") }
                guard try answers[index].take(chunk[..<length]) else { continue }
                times.append((ContinuousClock.now - begin).milliseconds)
            }
        }
        return times
    }

    /// One answer as it comes in.
    private struct Answer {
        private static let blankLine = Array("\r\n\r\n".utf8)
        private var bytes: [UInt8] = []

        /// Whether it is whole now.
        mutating func take(_ chunk: ArraySlice<UInt8>) throws -> Bool {
            bytes += chunk
            guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: Self.blankLine) }) else {
                return false
            }
            let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
            guard head.hasPrefix("http/1.1 202") else {
                throw BenchFailure("answered \(String(decoding: bytes.prefix(300), as: UTF8.self))")
            }
            let line = head.split(whereSeparator: \.isNewline).first { $0.hasPrefix("content-length:") }
            guard let length = line.flatMap({ Int($0.filter(\.isNumber)) }) else {
                throw BenchFailure("an answer has no length")
            }
            return bytes.count >= end + Self.blankLine.count + length
        }
    }
}
