import CurlClient
import JSONCoding
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Peers that flood, drip, or say nothing: the server goes on serving others.
@Suite("Floods and drips")
struct FloodTests {
    private static let hasty = ["DARKROOM_IDLE_TIMEOUT": "1", "DARKROOM_REQUEST_TIMEOUT": "1"]
    private static let post = "POST /api/generate-case HTTP/1.1\r\nHost: 127.0.0.1\r\n"

    /// Somebody else is served.
    private func othersAreServed(_ server: Server) async throws {
        #expect(try await HTTP.get("\(server.url)/healthz").status == 200)
        #expect(try await HTTP.get("\(server.url)/api/cases/nobody/image-job").status == 404)
    }

    /// Drips until the server closes, as long as the tests' bound.
    private static func isClosedWhileDripping(_ socket: RawSocket, _ drop: String) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + Limits.wait
        while clock.now < end {
            if !socket.send(drop) { return true }
            if socket.next(within: 100) == .closed { return true }
        }
        return false
    }

    @Test(
        "slow-loris: heads and bodies that come in drips end in time",
        arguments: [
            ("GET /healthz HTTP/1.1\r\n", "X: a\r\n"),
            ("\(FloodTests.post)Content-Length: 1000000\r\n\r\n", " "),
            ("\(FloodTests.post)Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"),
            ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n"),
        ])
    func drips(_ start: String, _ drop: String) async throws {
        try await Rig.run(Self.hasty) { rig in
            let server = try await rig.controlServer()
            let port = server.port
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await RawSocket.apart {
                            let socket = try RawSocket(port: port)
                            socket.send(start)
                            return Self.isClosedWhileDripping(socket, drop)
                        }
                    }
                }
                for _ in 0..<10 { try await othersAreServed(server) }
                for try await isClosed in group { #expect(isClosed) }
            }
            try await othersAreServed(server)
        }
    }

    /// A body without end gets its answer, and then no more attention.
    @Test func aBodyWithoutEnd() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let (port, before) = (server.port, try server.residentBytes())
            async let flood = RawSocket.apart {
                let socket = try RawSocket(port: port)
                socket.send("\(Self.post)Transfer-Encoding: chunked\r\n\r\n")
                let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65_536) + [13, 10]
                var sent = 0
                while socket.send(chunk) { sent += chunk.count }
                return sent
            }
            for _ in 0..<10 { try await othersAreServed(server) }
            #expect(try await flood > 4 << 20)
            #expect(try server.residentBytes() < before + 64 << 20)
            try await othersAreServed(server)
        }
    }

    @Test func headsWithoutEnd() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let port = server.port
            let heads = [
                "GET /healthz HTTP/1.1\r\n" + (0..<5_000).map { "X-\($0): a\r\n" }.joined(),
                "GET /healthz HTTP/1.1\r\nX: \(String(repeating: "a", count: 1 << 20))",
                "GET /\(String(repeating: "a", count: 1 << 20))",
            ]
            for head in heads {
                let answer = try await RawSocket.apart {
                    let socket = try RawSocket(port: port)
                    socket.send(head)
                    return socket.untilClosed()
                }
                #expect(answer?.hasPrefix("HTTP/1.1 400") ?? false, "\(answer ?? "not closed")")
            }
            try await othersAreServed(server)
        }
    }

    /// A peer that takes nothing of its answers is cut off.
    @Test func unreadAnswers() async throws {
        try await Rig.run(Self.hasty) { rig in
            let server = try await rig.controlServer()
            let port = server.port
            let isCut = try await RawSocket.apart {
                let socket = try RawSocket(port: port, room: 4_096)
                let request = Array("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
                let many = Array(repeating: request, count: 1_000).flatMap { $0 }
                let clock = ContinuousClock()
                let end = clock.now + Limits.wait
                while clock.now < end {
                    if !socket.push(many, within: 100) { return true }
                }
                return false
            }
            #expect(isCut)
            try await othersAreServed(server)
        }
    }

    /// Connections beyond the limit cost the ones that waited longest their places, never somebody who asks.
    @Test func moreConnectionsThanPlaces() async throws {
        try await Rig.run(["DARKROOM_CONNECTIONS": "64"]) { rig in
            let server = try await rig.controlServer()
            let port = server.port
            let (oldest, newest) = try await RawSocket.apart {
                let all = try (0..<300).map { _ in try RawSocket(port: port) }
                let oldest = all.prefix(200).filter { $0.untilClosed() != nil }.count
                let newest = all.last.map { socket in
                    socket.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                    return socket.next(within: 60_000)
                }
                return (oldest, newest)
            }
            #expect(oldest == 200)
            guard case .bytes(let answer)? = newest else {
                Issue.record("the newest connection was not served")
                return
            }
            #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 200"))
            try await othersAreServed(server)
        }
    }

    @Test func tenThousandIdleConnections() async throws {
        // Our own ends need descriptors too.
        let count = min(10_000, CurlClient.raiseDescriptorLimit() / 2)
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let (port, before) = (server.port, try server.residentBytes())
            let held = try await RawSocket.apart {
                HeldSockets(all: try (0..<count).map { _ in try RawSocket(port: port) })
            }
            try await eventually("\(count) connections to be taken") { server.descriptors >= count ? true : nil }
            for _ in 0..<20 { try await othersAreServed(server) }
            let each = (try server.residentBytes() - before) / count
            #expect(each < 64 << 10, "\(each) bytes for each idle connection")
            held.release()
            try await eventually("the server to let go of them") { server.descriptors < 100 ? true : nil }
        }
    }

    /// What came of a request before its connection ended is no fault of ours: told if somebody is there, and not logged.
    @Test func bodiesThatBreakOff() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let port = server.port
            for (body, isEnded) in [
                ("Content-Length: 200\r\n\r\n{\"caseId\"", true), ("Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a", true),
                ("Transfer-Encoding: chunked\r\n\r\nzz\r\n", false),
            ] {
                let answer = try await RawSocket.apart {
                    let socket = try RawSocket(port: port)
                    socket.send(Self.post + body)
                    if isEnded { socket.endSending() }
                    return socket.untilClosed()
                }
                #expect(answer?.hasPrefix("HTTP/1.1 400") ?? false, "\(body): \(answer ?? "not closed")")
                _ = try await RawSocket.apart { try RawSocket(port: port).send(Self.post + body) }
            }
            try await othersAreServed(server)
            await server.process.stop()
            #expect(!server.log.contains { $0.text("event") == "request.failed" }, "\(server.log)")
        }
    }

    @Test func aPeerThatAsksFirst() async throws {
        try await Rig.run { rig in
            let server = try await rig.controlServer()
            let port = server.port
            let body = try JSON.encode(Cases.document("asked", evidence: 1))
            let turns = try await RawSocket.apart {
                let socket = try RawSocket(port: port)
                socket.send("\(Self.post)Expect: 100-continue\r\nContent-Length: \(body.count)\r\n\r\n")
                let first = socket.next(within: 60_000)
                socket.send(body)
                return [first, socket.next(within: 60_000)]
            }
            let words = turns.map { turn -> String in
                if case .bytes(let bytes) = turn { String(decoding: bytes.prefix(12), as: UTF8.self) } else { "" }
            }
            #expect(words == ["HTTP/1.1 100", "HTTP/1.1 202"])
        }
    }
}

extension Server {
    /// What the process holds in memory.
    func residentBytes() throws -> Int {
        let status = String(decoding: try Files.read("/proc/\(process.pid)/status"), as: UTF8.self)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(separator: " ").compactMap { Int($0) }.first) * 1_024
    }
}
