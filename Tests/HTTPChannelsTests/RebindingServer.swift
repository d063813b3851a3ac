import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A server on a free port of 127.0.0.1 that gives every request the same answer and counts who came.
final class RebindingServer: Sendable {
    struct Failure: Error { let code: Int32 }

    private struct State {
        var connections = 0
        var requests = 0
        var open: Set<Int32> = []
        var threads: [OwnerThread] = []
        var isStopped = false
    }

    let port: UInt16
    private let listener: Int32
    private let answer: [UInt8]
    private let state = Locked(State())
    private let acceptor = Locked<OwnerThread?>(nil)

    /// - Parameter answer: a whole HTTP/1.1 answer, body and its length included.
    init(answer: String = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
            return bind(descriptor, start, length) == 0 ? getsockname(descriptor, start, &length) : -1
        }
        guard code == 0, listen(descriptor, 64) == 0 else {
            let reason = errno
            close(descriptor)
            throw Failure(code: reason)
        }
        listener = descriptor
        port = UInt16(bigEndian: address.sin_port)
        self.answer = Array(answer.utf8)
        acceptor.withLock { $0 = OwnerThread(name: "rebind-accept") { [self] in acceptAll() } }
    }

    /// Connections taken from the listener. One that the client opened and closed again is among them once ``stop()`` has
    /// returned.
    var connections: Int { state.withLock { $0.connections } }
    var requests: Int { state.withLock { $0.requests } }

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

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            state.withLock { state in
                state.connections += 1
                guard !state.isStopped else {
                    close(descriptor)
                    return
                }
                state.open.insert(descriptor)
                state.threads.append(OwnerThread(name: "rebind-peer") { [self] in serve(descriptor) })
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        var received: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { break }
            received += part[..<count]
            guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            // The bodies in these tests are of one byte or none, and come with their heads.
            received.removeFirst(min(received.count, end.upperBound + 1))
            state.withLock { $0.requests += 1 }
            guard send(descriptor, answer, answer.count, Int32(MSG_NOSIGNAL)) == answer.count else { break }
        }
        // Closed under the lock, so that stop() cannot touch a number that was given out again.
        state.withLock { state in
            state.open.remove(descriptor)
            close(descriptor)
        }
    }
}

/// The names that this machine itself resolves to loopback: what an attacker's name server would answer at the second
/// lookup, without a name server.
enum LoopbackNames {
    /// From the hosts file; `localhost` is always among them.
    static func all() -> [String] {
        var names: Set<String> = ["localhost"]
        guard let file = fopen("/etc/hosts", "r") else { return Array(names) }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let words = text.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard words.first?.hasPrefix("127.") == true else { continue }
            names.formUnion(words.dropFirst().map(String.init))
        }
        return names.sorted()
    }
}
