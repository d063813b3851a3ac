import JSONCoding
import Testing

/// Requests that come by way of a proxy on this machine.
@Suite("Proxies")
struct ProxyTests {
    private static let path = "/api/cases/nobody/image-job"

    private func get(_ server: Server, from client: String?) async throws -> Reply {
        try await HTTP.get(server.url + Self.path, headers: client.map { ["X-Forwarded-For": $0] } ?? [:])
    }

    @Test func aTrustedOneSaysWhomItSpeaksFor() async throws {
        let settings = ["DARKROOM_TRUSTED_PROXIES": "127.0.0.0/8, ::1", "DARKROOM_REQUESTS_PER_ADDRESS": "2"]
        try await Rig.run(settings) { rig in
            let server = try await rig.controlServer()
            // Each by themselves, and not this machine; what they say of themselves changes nothing.
            for client in ["203.0.113.7", "198.51.100.1, 203.0.113.8", "127.0.0.1, 203.0.113.9"] {
                for status in [401, 401, 429] {
                    #expect(try await get(server, from: client).status == status, "\(client)")
                }
            }
            #expect(try await get(server, from: "127.0.0.1, 203.0.113.7").status == 429)
            // This machine's own, by the proxy, and what is not clear.
            #expect(try await get(server, from: "127.0.0.2").errorCode == "unknown_case")
            #expect(try await get(server, from: "nonsense").errorCode == "unauthorized")
        }
    }

    @Test func othersAreCountedAsOne() async throws {
        try await Rig.run(["DARKROOM_REQUESTS_PER_ADDRESS": "2", "DARKROOM_TRUSTED_PROXIES": "10.0.0.0/8"]) { rig in
            let server = try await rig.controlServer()
            #expect(try await get(server, from: "203.0.113.7").status == 401)
            #expect(try await get(server, from: "127.0.0.1").status == 401)
            #expect(try await get(server, from: "203.0.113.8").status == 429)
        }
    }

    @Test func aWrongSetting() async throws {
        try await Rig.run { rig in
            for program in [["initiator", "serve", "--worker", "http://127.0.0.1:9"], ["receiver"]] {
                let finished = try await rig.run(
                    program[0], program.dropFirst() + ["--listen", "127.0.0.1:0", "--data", rig.path("control")],
                    settings: ["DARKROOM_TRUSTED_PROXIES": "proxy.example"])
                #expect(finished.code != 0 && finished.errors.contains("trusted-proxies"), "\(finished.errors)")
            }
        }
    }
}
