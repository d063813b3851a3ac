import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Takes webhooks on a free port of loopback, one connection at a time, and answers with the statuses given, then 200.
final class WebhookReceiver: Sendable {
    struct Message: Sendable {
        var headers: [String: String]
        var body: [UInt8]
    }

    let port: Int
    private let descriptor: Int32
    private let messages: AsyncStream<Message>

    init(statuses: [Int] = []) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketFailure(call: "socket", code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard code == 0 else { throw SocketFailure(call: "bind", code: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.descriptor = descriptor
        let (stream, continuation) = AsyncStream<Message>.makeStream(bufferingPolicy: .bufferingNewest(100))
        messages = stream
        _ = OwnerThread(name: "receiver") {
            var waiting = statuses[...]
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                if let message = Self.read(connection) {
                    Self.answer(connection, status: waiting.popFirst() ?? 200)
                    continuation.yield(message)
                }
                close(connection)
            }
            continuation.finish()
        }
    }

    /// Ends the waiting for connections; the descriptor is closed with it.
    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    var url: String { "http://127.0.0.1:\(port)/hook" }

    /// The next messages, in order; fewer when the receiver ended.
    func next(_ count: Int) async -> [Message] {
        var received: [Message] = []
        for await message in messages {
            received.append(message)
            if received.count == count { break }
        }
        return received
    }

    private static func read(_ connection: Int32) -> Message? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
            guard let message = parse(bytes) else { continue }
            return message
        }
    }

    private static func parse(_ bytes: [UInt8]) -> Message? {
        guard let end = HTTPClient.headEnd(bytes) else { return nil }
        let headers = HTTPClient.fields(ofHead: String(decoding: bytes[..<end], as: UTF8.self))
        let body = Array(bytes[end...])
        guard let length = headers["content-length"].flatMap({ Int($0) }), body.count >= length else { return nil }
        return Message(headers: headers, body: body)
    }

    private static func answer(_ connection: Int32, status: Int) {
        let answer = Array("HTTP/1.1 \(status) Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".utf8)
        _ = answer.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }
}
