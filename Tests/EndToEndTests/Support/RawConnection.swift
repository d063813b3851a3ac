import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A TCP connection to 127.0.0.1 for requests that no HTTP client would send.
enum RawConnection {
    /// Sends the bytes, then reads until the server closes or an answer with a body of known length has come.
    /// - Returns: the whole answer.
    static func exchange(port: Int, _ request: [UInt8]) async throws -> Reply {
        try await withCheckedThrowingContinuation { continuation in
            _ = OwnerThread(name: "raw-client") {
                continuation.resume(with: Result { try talk(port, request) })
            }
        }
    }

    /// A request as it stands on the wire, with no more headers than these.
    static func request(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
    ) -> [UInt8] {
        let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        return Array("\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(lines)\r\n".utf8) + body
    }

    /// The chunked form of a body.
    static func chunked(_ body: [UInt8], size: Int = 65_536) -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: body.count, by: size) {
            let part = body[start..<min(start + size, body.count)]
            bytes += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [13, 10]
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    private static func talk(_ port: Int, _ request: [UInt8]) throws -> Reply {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemFailure(call: "socket", code: errno) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        guard withLoopback(port, { connect(descriptor, $0, $1) }) == 0 else {
            throw SystemFailure(call: "connect", code: errno)
        }
        send(request, to: descriptor)
        return try parse(receive(from: descriptor))
    }

    /// A server may answer and close before it has read everything: what it will not take stays unsent.
    private static func send(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func receive(from descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            if let reply = try? parse(bytes), reply.headers["content-length"] == "\(reply.body.count)" { return bytes }
        }
    }

    private static func parse(_ bytes: [UInt8]) throws -> Reply {
        guard let message = WireMessage(bytes), let status = Int(message.startLine.dropFirst(9).prefix(3)) else {
            throw NoAnswer(bytes: bytes.count)
        }
        return Reply(status: status, headers: message.headers, body: message.body)
    }
}

struct NoAnswer: Error { let bytes: Int }

/// An HTTP message as it stands on the wire; its body is what has come so far.
struct WireMessage {
    let startLine: String
    let headers: [String: String]
    let body: [UInt8]

    /// nil until the whole head is there.
    init?(_ bytes: [UInt8]) {
        var end: Int?
        for at in bytes.indices.dropLast(3) where bytes[at..<at + 4].elementsEqual([13, 10, 13, 10]) {
            end = at
            break
        }
        guard let end else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        startLine = lines.first ?? ""
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        self.headers = headers
        body = Array(bytes[(end + 4)...])
    }
}
