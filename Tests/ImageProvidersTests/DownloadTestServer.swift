import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A server on a free port of 127.0.0.1 that answers each request with the same bytes and then hangs or goes on.
final class DownloadTestServer: Sendable {
    struct Failure: Error { let code: Int32 }

    private struct State {
        var heads: [String] = []
        var connections = 0
        var open: Set<Int32> = []
        var threads: [OwnerThread] = []
        var isStopped = false
    }

    let port: UInt16
    private let listener: Int32
    private let answer: [UInt8]
    private let state = Locked(State())
    private let acceptor = Locked<OwnerThread?>(nil)

    /// - Parameters:
    ///   - announced: a body's length, if it is not the real one: the rest never comes.
    init(_ status: String = "200 OK", headers: String = "", body: [UInt8] = [], announced: Int? = nil) throws {
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
        let head = "HTTP/1.1 \(status)\r\nContent-Length: \(announced ?? body.count)\r\n\(headers)\r\n"
        answer = Array(head.utf8) + body
        acceptor.withLock { $0 = OwnerThread(name: "file-accept") { [self] in acceptAll() } }
    }

    var connections: Int { state.withLock { $0.connections } }
    /// The requests' heads, as they came.
    var heads: [String] { state.withLock { $0.heads } }

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
                state.threads.append(OwnerThread(name: "file-peer") { [self] in serve(descriptor) })
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
            let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
            received.removeFirst(end.upperBound)
            state.withLock { $0.heads.append(head) }
            guard write(answer, to: descriptor) else { break }
        }
        // Closed under the lock, so that stop() cannot touch a number that was given out again.
        state.withLock { state in
            state.open.remove(descriptor)
            close(descriptor)
        }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
