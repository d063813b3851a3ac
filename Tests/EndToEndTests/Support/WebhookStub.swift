import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A receiver inside the test: keeps every request and answers as it is told.
final class WebhookStub: Sendable {
    struct Delivery: Sendable {
        let method: String
        let path: String
        let headers: [String: String]
        let body: [UInt8]
        /// Wall clock at arrival, in seconds.
        let arrivedAt: Int64
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = "{\"success\":true}"
    }

    let deliveries = Watched<[Delivery]>([])
    let port: Int
    private let listener: Int32
    private let answer: @Sendable (Delivery, Int) -> Answer

    /// - Parameter answer: what to say to the n-th request, from 1.
    init(_ answer: @escaping @Sendable (Delivery, Int) -> Answer = { _, _ in Answer() }) throws {
        self.answer = answer
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0, withLoopback(0, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw SystemFailure(call: "listen", code: errno)
        }
        self.listener = listener
        port = Self.port(of: listener)
        _ = OwnerThread(name: "stub-accept") { [weak self] in
            while true {
                let peer = accept(listener, nil, nil)
                guard peer >= 0, let self else { return }
                _ = OwnerThread(name: "stub-peer") {
                    self.serve(peer)
                    close(peer)
                }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var url: String { "http://127.0.0.1:\(port)/hook" }

    /// The requests as soon as there are so many.
    func deliveries(atLeast count: Int) async throws -> [Delivery] {
        try await deliveries.wait(for: "\(count) deliveries") { $0.count >= count ? $0 : nil }
    }

    private func serve(_ peer: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(peer, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes += buffer[..<count]
            guard let request = WireMessage(bytes), let length = Int(request.headers["content-length"] ?? "0"),
                request.body.count >= length
            else { continue }
            let words = request.startLine.split(separator: " ").map(String.init)
            let delivery = Delivery(
                method: words[0], path: words[1], headers: request.headers, body: request.body,
                arrivedAt: WallClock.seconds)
            deliveries.update { $0.append(delivery) }
            respond(to: peer, answer(delivery, deliveries.value.count))
            return
        }
    }

    private func respond(to peer: Int32, _ answer: Answer) {
        let headers = answer.headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let text =
            "HTTP/1.1 \(answer.status) Answer\r\nContent-Length: \(answer.body.utf8.count)\r\n"
            + "Connection: close\r\n\(headers)\r\n\(answer.body)"
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    static func port(of descriptor: Int32) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return code == 0 ? Int(in_port_t(bigEndian: address.sin_port)) : 0
    }
}
