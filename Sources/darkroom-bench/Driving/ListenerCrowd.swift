#if canImport(Glibc)
import Glibc
#endif

/// Clients that wait for news, each over a connection of its own: one thread and `poll` for all of them.
final class ListenerCrowd: Sendable {
    private static let patience: Int32 = 60_000

    private let sockets: [Int32]

    /// Connects and asks. Blocks.
    /// - Parameters:
    ///   - server: `http://127.0.0.1:PORT`.
    ///   - paths: one for each client.
    init(to server: String, paths: [String]) throws {
        let authority = String(server.dropFirst("http://".count))
        guard let port = authority.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw BenchFailure("\(server) is no address for listeners")
        }
        var sockets: [Int32] = []
        for path in paths {
            let socket = try Self.connect(to: port)
            sockets.append(socket)
            let request = Array("GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nAccept: text/event-stream\r\n\r\n".utf8)
            guard write(socket, request, request.count) == request.count else {
                throw BenchFailure("a request did not fit into its socket")
            }
        }
        self.sockets = sockets
    }

    deinit { for socket in sockets { close(socket) } }

    /// Blocks until every client has heard `word` once more than before.
    /// - Returns: milliseconds from `begin` to each.
    /// - Throws: if the server closes a connection or nothing comes for a minute.
    func hear(_ word: String, since begin: ContinuousClock.Instant = .now) throws -> [Double] {
        let word = Array(word.utf8)
        var waiting = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var ends = [[UInt8]](repeating: [], count: sockets.count)
        var times: [Double] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while times.count < sockets.count {
            guard poll(&waiting, nfds_t(waiting.count), Self.patience) > 0 else {
                throw BenchFailure("\(sockets.count - times.count) of \(sockets.count) clients heard nothing")
            }
            for index in waiting.indices where waiting[index].fd >= 0 && waiting[index].revents != 0 {
                let length = read(waiting[index].fd, &chunk, chunk.count)
                guard length > 0 else { throw BenchFailure("the server closed a client's connection") }
                let text = ends[index] + chunk[..<length]
                if Self.contains(word, in: text) {
                    times.append((ContinuousClock.now - begin).milliseconds)
                    // A negative descriptor is passed over by poll.
                    waiting[index].fd = -1
                }
                ends[index] = Array(text.suffix(word.count - 1))
            }
        }
        return times
    }

    private static func contains(_ word: [UInt8], in text: [UInt8]) -> Bool {
        text.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let first = word.first else { return false }
            var at = 0
            while at + word.count <= bytes.count,
                let found = memchr(start + at, Int32(first), bytes.count - word.count + 1 - at)
            {
                if memcmp(found, word, word.count) == 0 { return true }
                at = found - UnsafeMutableRawPointer(mutating: start) + 1
            }
            return false
        }
    }

    private static func connect(to port: UInt16) throws -> Int32 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        var peer = sockaddr_in()
        peer.sin_family = sa_family_t(AF_INET)
        peer.sin_port = port.bigEndian
        peer.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isOpen = withUnsafePointer(to: &peer) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isOpen else { throw BenchFailure("cannot connect: \(String(cString: strerror(errno)))") }
        return socket
    }
}
