import CurlClient
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("deadlines hold whatever the peer does", .timeLimit(.minutes(2)))
struct DeadlineTests {
    enum Manner: CaseIterable, Sendable {
        case saysNothing
        case stopsInStatusLine
        case stopsInHead
        case stopsInBody
        case dripsHead
        case dripsBody
        case dripsForEver
        case onlyInterim

        func serve(_ peer: Peer) {
            if self != .saysNothing { _ = peer.readRequest() }
            switch self {
            case .saysNothing: break
            case .stopsInStatusLine: peer.write("HTTP/1.1 2")
            case .stopsInHead: peer.write("HTTP/1.1 200 OK\r\nContent-Le")
            case .stopsInBody: peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
            case .dripsHead: peer.drip("HTTP/1.1 200 OK\r\nX: ", every: 20)
            case .dripsBody:
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                peer.drip("x", every: 20)
            case .dripsForEver:
                peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                peer.drip("1\r\nx\r\n", every: 20)
            case .onlyInterim: peer.drip("HTTP/1.1 102 Processing\r\n\r\n", every: 50)
            }
            peer.hang()
        }

        var phase: HTTPError.Phase {
            switch self {
            case .saysNothing, .stopsInStatusLine, .onlyInterim: .afterSend
            default: .answerStarted
            }
        }
    }

    @Test("never early, soon after, with the right phase, and the socket is closed", arguments: Manner.allCases)
    func total(_ manner: Manner) async throws {
        try await withServer({ manner.serve($0) }) { client, server in
            let begin = ContinuousClock.now
            let request = HTTPRequest.to(server.url, "POST", body: [1], timeout: .milliseconds(300))
            let error = await failure(of: request, with: client)
            let elapsed = ContinuousClock.now - begin
            #expect(error?.code == .timeout)
            #expect(error?.phase == manner.phase)
            #expect(error?.status == (manner.phase == .answerStarted ? 200 : nil))
            #expect(elapsed >= .milliseconds(300))
            #expect(elapsed < .seconds(20))
            await server.wait { $0.closedByClient == 1 }
            #expect(client.statistics.inFlight == 0)
        }
    }

    @Test("a peer that takes no more of the body")
    func upload() async throws {
        let stalled = try StalledListener(accepting: true)
        let client = CurlClient()
        let body = [UInt8](repeating: 7, count: 64 << 20)
        let request = HTTPRequest.to(stalled.url, "POST", body: body, timeout: .milliseconds(300))
        let error = await failure(of: request, with: client)
        #expect(error?.code == .timeout)
        #expect(error?.phase == .afterSend)
        await client.shutdown()
        stalled.close()
    }

    @Test("the connect deadline is its own", arguments: [(200, 60_000), (60_000, 200)])
    func connect(connect: Int, total: Int) async throws {
        let stalled = try StalledListener(accepting: false)
        let client = CurlClient()
        var request = HTTPRequest.to(stalled.url, "POST", body: [1], timeout: .milliseconds(total))
        request.connectTimeout = .milliseconds(connect)
        let begin = ContinuousClock.now
        let error = await failure(of: request, with: client)
        let elapsed = ContinuousClock.now - begin
        #expect(error?.code == (connect < total ? .connectTimeout : .timeout))
        #expect(error?.phase == .beforeSend)
        #expect(elapsed >= .milliseconds(200))
        #expect(elapsed < .seconds(20))
        await client.shutdown()
        stalled.close()
    }

    @Test("a limit of nothing has passed before the request is begun", arguments: [Duration.zero, .seconds(-1)])
    func passed(_ timeout: Duration) async throws {
        try await withServer({ $0.hang() }) { client, server in
            let error = await failure(of: .to(server.url, timeout: timeout), with: client)
            #expect(error?.code == .timeout)
            #expect(error?.phase == .beforeSend)
            #expect(server.counts.connections == 0)
        }
    }
}

/// Listens and never reads. Without `accepting` its queue is full, so that further connections hang in their handshake.
struct StalledListener {
    private let listener: Int32
    private let fillers: [Int32]
    let url: String

    init(accepting: Bool) throws {
        let (descriptor, port) = try boundSocket()
        guard listen(descriptor, accepting ? 16 : 0) == 0 else { throw SocketError(code: errno) }
        listener = descriptor
        url = "http://127.0.0.1:\(port)"
        fillers = accepting ? [] : (0..<4).map { _ in Self.connect(to: port) }
    }

    func close() {
        for filler in fillers { Glibc.close(filler) }
        Glibc.close(listener)
    }

    /// Begins to connect and leaves it at that.
    private static func connect(to port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        withUnsafeBytes(of: &address) { bytes in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return }
            _ = Glibc.connect(descriptor, start, socklen_t(bytes.count))
        }
        return descriptor
    }
}
