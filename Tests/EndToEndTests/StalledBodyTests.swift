import JSONCoding
import Testing

/// Senders that stop in the middle: what they hold is bounded, and they hold up nobody else.
@Suite("Bodies that stall")
struct StalledBodyTests {
    /// Long enough that none of them ends by itself while a test looks.
    private static let patient = ["DARKROOM_REQUEST_TIMEOUT": "600"]

    /// Opens connections that all send the same, and nothing more.
    private func stalled(_ count: Int, _ server: Server, _ bytes: [UInt8]) async throws -> HeldSockets {
        let port = server.port
        return try await RawSocket.apart {
            let sockets = try (0..<count).map { _ in try RawSocket(port: port) }
            for socket in sockets { socket.send(bytes) }
            return HeldSockets(all: sockets)
        }
    }

    @Test(
        "as many forms as jobs are made at once keep nobody from asking",
        arguments: [
            ("/api/v1/generations", "multipart/form-data; boundary=edge"), ("/api/generate-case", "multipart/x"),
            ("/api/image/generate", "multipart/x"), ("/api/images/generate", "multipart/x"),
        ])
    func forms(_ path: String, _ type: String) async throws {
        try await Rig.run(Self.patient) { rig in
            let server = try await rig.controlServer()
            let head = RawConnection.request("POST", path, headers: ["Content-Type": type, "Content-Length": "100"])
            let held = try await stalled(64, server, head)
            for _ in 0..<20 { #expect(try await HTTP.get("\(server.url)/api/jobs").status == 200) }
            let reply = try await HTTP.post("\(server.url)/api/image/generate", json: ["prompt": "a"])
            #expect(reply.status == 202, "\(reply.text)")
            held.release()
        }
    }

    @Test(
        "the bytes of all bodies that are being read are bounded",
        arguments: [
            ("/api/generate-case", 32, 4 << 20),
            ("/api/webhook/image-progress", 8, 8 << 20),
            ("/api/v1/webhooks/replicate?case=a", 16, 1 << 20),
        ])
    func bytes(_ path: String, count: Int, size: Int) async throws {
        try await Rig.run(Self.patient) { rig in
            let server = try await rig.controlServer()
            let begun = RawConnection.request(
                "POST", path, headers: ["Content-Type": "application/json", "Content-Length": "\(size)"],
                body: [UInt8](repeating: 0x20, count: size - 1))
            let port = server.port
            let refusal = try await RawSocket.apart {
                let sockets = try (0...count).map { _ in try RawSocket(port: port) }
                for socket in sockets { socket.send(begun) }
                return Self.firstAnswer(of: sockets)
            }
            #expect(refusal?.hasPrefix("HTTP/1.1 503") == true, "\(refusal ?? "no answer")")
            #expect(refusal?.lowercased().contains("retry-after: ") == true)
            let small = [UInt8](repeating: 0x20, count: 100)
            try await eventually("room for others") {
                try await HTTP.post(server.url + path, small).status == 400 ? true : nil
            }
        }
    }

    /// One of more than there is room for has to be refused.
    private static func firstAnswer(of sockets: [RawSocket]) -> String? {
        let clock = ContinuousClock()
        let end = clock.now + Limits.wait
        while clock.now < end {
            for socket in sockets {
                if case .bytes(let bytes) = socket.next(within: 10) { return String(decoding: bytes, as: UTF8.self) }
            }
        }
        return nil
    }
}
