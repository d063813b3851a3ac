import ProcessDriving
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// Stands before one of the processes at an address that stays, hands every request on to wherever that process listens
/// now, and does to requests and answers what networks do. One thread a connection.
final class FaultyProxy: Sendable {
    /// `http://127.0.0.1:PORT`.
    let url: String
    private let listener: Int32
    private let dice: Dice
    private let rates: FaultRates
    private let contents = Locked(Contents())
    private let accepting = Locked<OwnerThread?>(nil)

    private struct Contents {
        /// The port of the process behind; nil while it is down.
        var upstream: UInt16?
        var isHealed = false
        var isClosed = false
        var open: [Int32: Socket] = [:]
        var threads: [Int: OwnerThread] = [:]
        var begun = 0
        var late = 0
        var counts = MessageCounts()
    }

    /// Connections and late messages at one time; more are turned away.
    private static let crowd = 1_024

    /// - Throws: ``DrivingFailure`` if there is no port to listen on.
    init(seed: UInt64, name: String, rates: FaultRates) throws {
        guard let (descriptor, port) = Loopback.listen() else { throw DrivingFailure("no port for a proxy") }
        listener = descriptor
        url = "http://127.0.0.1:\(port)"
        dice = Dice(seed: seed, stream: "proxy \(name)")
        self.rates = rates
        accepting.withLock { $0 = OwnerThread(name: "proxy-accept") { [self] in accept() } }
    }

    var counts: MessageCounts { contents.withLock { $0.counts } }

    /// Where the process behind listens now (`http://127.0.0.1:PORT`); nil while it is down.
    func lead(to server: String?) {
        let port = server.flatMap { $0.split(separator: ":").last }.flatMap { UInt16($0) }
        contents.withLock { $0.upstream = port }
    }

    /// From now on everything passes.
    func heal() { contents.withLock { $0.isHealed = true } }

    /// Closes everything and waits for its threads; what is late is handed on first. Once it is closed this does nothing.
    func close() async {
        let open = contents.withLock { contents in
            defer { contents.isClosed = true }
            return contents.isClosed ? nil : Array(contents.open.values)
        }
        guard let open else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        for socket in open { socket.shut() }
        await accepting.withLock { $0 }?.join()
        for thread in contents.withLock({ Array($0.threads.values) }) { await thread.join() }
        Glibc.close(listener)
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let socket = Socket(accepted: descriptor)
            let isTaken = contents.withLock { contents in
                guard !contents.isClosed, contents.open.count < Self.crowd else { return false }
                contents.open[descriptor] = socket
                return true
            }
            guard isTaken else {
                socket.close()
                continue
            }
            begin { [self] in serve(socket) }
        }
    }

    private func begin(_ body: @escaping @Sendable () -> Void) {
        let number = contents.withLock { contents in
            contents.begun += 1
            return contents.begun
        }
        contents.withLock { contents in
            contents.threads[number] = OwnerThread(name: "proxy") { [self] in
                body()
                self.contents.withLock { _ = $0.threads.removeValue(forKey: number) }
            }
        }
    }

    private func serve(_ client: Socket) {
        var reader = MessageReader(client)
        while let request = reader.next(), relay(request, to: client) {}
        contents.withLock { _ = $0.open.removeValue(forKey: client.descriptor) }
        client.close()
    }

    /// Whether the client's connection stays.
    private func relay(_ request: [UInt8], to client: Socket) -> Bool {
        let fate = contents.withLock { contents in
            let fate = contents.isHealed ? Fate.pass : rates.draw(dice)
            contents.counts.count(fate)
            return fate
        }
        switch fate {
        case .pass: return answer(request, to: client)
        case .delay(let milliseconds):
            poll(nil, 0, Int32(milliseconds))
            return answer(request, to: client)
        case .dropRequest: return false
        case .dropAnswer:
            _ = forward(request)
            return false
        case .cutRequest(let share):
            guard let server = upstream() else { return false }
            _ = server.send(request.prefix(Int(Double(request.count) * share)))
            server.close()
            return false
        case .cutAnswer(let share):
            guard let answer = forward(request) else { return false }
            _ = client.send(answer.prefix(Int(Double(answer.count) * share)))
            return false
        case .double(let milliseconds):
            let isAnswered = answer(request, to: client)
            forwardLater(request, after: milliseconds)
            return isAnswered
        case .late(let milliseconds):
            forwardLater(request, after: milliseconds)
            return false
        }
    }

    private func answer(_ request: [UInt8], to client: Socket) -> Bool {
        guard let answer = forward(request) else {
            contents.withLock { $0.counts.unanswered += 1 }
            return false
        }
        return client.send(answer[...])
    }

    /// The whole answer; nil if there is none.
    private func forward(_ request: [UInt8]) -> [UInt8]? {
        guard let server = upstream() else { return nil }
        defer { server.close() }
        guard server.send(request[...]) else { return nil }
        var reader = MessageReader(server)
        return reader.next()
    }

    private func upstream() -> Socket? { contents.withLock { $0.upstream }.flatMap { Socket(to: $0) } }

    private func forwardLater(_ request: [UInt8], after milliseconds: Int) {
        let isTaken = contents.withLock { contents in
            guard !contents.isClosed, contents.late < Self.crowd else { return false }
            contents.late += 1
            return true
        }
        guard isTaken else { return }
        begin { [self] in
            poll(nil, 0, Int32(milliseconds))
            _ = forward(request)
            contents.withLock { $0.late -= 1 }
        }
    }
}
