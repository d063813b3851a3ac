import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A server on loopback whose manners are a closure: it runs on a thread of its own for each connection, with blocking
/// calls, and may answer well, badly or not at all.
final class TestServer: Sendable {
    struct Counts: Sendable {
        var connections = 0
        /// Whole requests read, over all connections.
        var requests = 0
        /// Connections on which the client's end was seen.
        var closedByClient = 0
    }

    private struct State {
        var counts = Counts()
        var open: Set<Int32> = []
        var threads: [OwnerThread] = []
        var isStopped = false
        var waiters: [(until: @Sendable (Counts) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    let port: UInt16
    private let listener: Int32
    private let state = Locked(State())
    private let behaviour: @Sendable (Peer) -> Void
    private let acceptor: Locked<OwnerThread?> = Locked(nil)

    init(_ behaviour: @escaping @Sendable (Peer) -> Void) throws {
        (listener, port) = try boundSocket()
        guard listen(listener, 1024) == 0 else { throw SocketError(code: errno) }
        self.behaviour = behaviour
        acceptor.withLock { $0 = OwnerThread(name: "test-accept") { [self] in acceptAll() } }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var counts: Counts { state.withLock { $0.counts } }

    /// Returns as soon as the counts satisfy `condition`; the test's time limit bounds the wait.
    func wait(until condition: @escaping @Sendable (Counts) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isTrue = state.withLock { state in
                if condition(state.counts) { return true }
                state.waiters.append((condition, continuation))
                return false
            }
            if isTrue { continuation.resume() }
        }
    }

    func stop() async {
        let (open, threads) = state.withLock { state in
            state.isStopped = true
            return (state.open, state.threads)
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        await acceptor.withLock { $0 }?.join()
        for thread in threads { await thread.join() }
        close(listener)
    }

    fileprivate func note(_ change: @Sendable (inout Counts) -> Void) {
        let ready = state.withLock { state in
            change(&state.counts)
            let counts = state.counts
            let ready = state.waiters.filter { $0.until(counts) }.map(\.continuation)
            state.waiters.removeAll { $0.until(counts) }
            return ready
        }
        for continuation in ready { continuation.resume() }
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            note { $0.connections += 1 }
            state.withLock { state in
                guard !state.isStopped else {
                    close(descriptor)
                    return
                }
                state.open.insert(descriptor)
                state.threads.append(OwnerThread(name: "test-peer") { [self] in serve(descriptor) })
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        behaviour(Peer(descriptor: descriptor, server: self))
        // Closed under the lock, so that stop() cannot touch a number that was given out again.
        state.withLock { state in
            state.open.remove(descriptor)
            close(descriptor)
        }
    }
}

struct SocketError: Error { let code: Int32 }

/// A socket bound to a free port of 127.0.0.1 that does not listen yet: connecting to it is refused.
func boundSocket() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketError(code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
        return bind(descriptor, start, length) == 0 ? getsockname(descriptor, start, &length) : -1
    }
    guard code == 0 else { throw SocketError(code: errno) }
    return (descriptor, UInt16(bigEndian: address.sin_port))
}

/// The server's end of one connection. Belongs to its thread.
final class Peer {
    struct Request {
        var method: String
        var target: String
        var headers: [(name: String, value: String)]
        var body: [UInt8]
        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    private let descriptor: Int32
    private let server: TestServer
    private var buffer: [UInt8] = []
    private var wasClosed = false

    fileprivate init(descriptor: Int32, server: TestServer) {
        self.descriptor = descriptor
        self.server = server
    }

    /// nil once the client has closed.
    func readRequest() -> Request? {
        guard let head = readHead() else { return nil }
        let lines = head.split(separator: "\r\n")
        let first = lines[0].split(separator: " ")
        var request = Request(method: String(first[0]), target: String(first[1]), headers: [], body: [])
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            request.headers.append((parts[0].lowercased(), String(parts[1].drop { $0 == " " })))
        }
        let length = request.header("content-length").flatMap { Int($0) } ?? 0
        while buffer.count < length { guard readMore() else { return nil } }
        request.body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        server.note { $0.requests += 1 }
        return request
    }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    func answer(_ status: String = "200 OK", headers: String = "", body: [UInt8] = []) {
        write("HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n\(headers)\r\n")
        write(body)
    }

    /// Answers nothing more and waits for the client's end.
    func hang() { while readMore() {} }

    /// Writes `text` again and again, a pause in milliseconds apart, until the client has closed.
    func drip(_ text: String, every pause: Int32) {
        while write(text) {
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&event, 1, pause) > 0, !readMore() { return }
        }
    }

    /// Closes such that the client's next read or write fails at once.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    }

    private func readHead() -> Substring? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = Substring(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                buffer.removeFirst(end.upperBound)
                return head
            }
            guard readMore() else { return nil }
        }
    }

    private func readMore() -> Bool {
        var part = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &part, part.count, 0)
        guard count > 0 else {
            if !wasClosed { server.note { $0.closedByClient += 1 } }
            wasClosed = true
            return false
        }
        buffer += part[..<count]
        return true
    }
}
