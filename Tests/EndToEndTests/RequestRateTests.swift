import JSONCoding
import Testing

/// Requests a minute, by key and by address, told with the usual headers.
@Suite("Request rates")
struct RequestRateTests {
    private static let path = "/api/cases/nobody/image-job"

    private func numbers(_ reply: Reply) -> [Int?] {
        ["limit", "remaining", "reset"].map { reply.headers["ratelimit-\($0)"].flatMap { Int($0) } }
    }

    @Test func byKey() async throws {
        // Slow enough that nothing flows in while the test runs.
        try await Rig.run(["DARKROOM_REQUESTS_PER_MINUTE": "3", "DARKROOM_READ_TOKEN": Closed.readToken]) { rig in
            let server = try await rig.controlServer()
            let (one, other) = (
                try await KeyDesk(rig: rig).create("alice"), try await KeyDesk(rig: rig).create("alice")
            )
            let url = server.url + Self.path
            for left in [2, 1, 0] {
                let reply = try await HTTP.get(url, headers: one.headers)
                #expect(reply.status == 404 && numbers(reply)[0] == 3 && numbers(reply)[1] == left, "\(reply.headers)")
                let reset = try #require(numbers(reply)[2])
                #expect((1...60).contains(reset))
            }
            let refused = try await HTTP.get(url, headers: one.headers)
            #expect(refused.status == 429 && refused.errorCode == "rate_limited")
            #expect(numbers(refused)[1] == 0)
            let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
            #expect((1...20).contains(wait))
            // What a key may not do is counted too.
            let reader = try await KeyDesk(rig: rig).create("alice", scope: "read")
            for status in [403, 403, 403, 429] {
                #expect(
                    try await HTTP.post("\(server.url)/api/generate-case", headers: reader.headers, []).status == status
                )
            }
            // Neither another key, nor the operator, nor health is held up; what is open is not counted.
            #expect(try await HTTP.get(url, headers: other.headers).status == 404)
            for _ in 0..<5 { #expect(try await HTTP.get(url, headers: Closed.reading).status == 404) }
            let health = try await HTTP.get("\(server.url)/healthz", headers: one.headers)
            #expect(health.status == 200 && numbers(health) == [nil, nil, nil])
        }
    }

    /// A repeat makes nothing new: it is answered with its job, however often it comes.
    @Test func repeatsAreNoneTooMany() async throws {
        try await Rig.run(["DARKROOM_REQUESTS_PER_MINUTE": "1"]) { rig in
            let server = try await rig.controlServer()
            let key = try await KeyDesk(rig: rig).create("alice")
            func ask(_ caseID: String, _ name: String?) async throws -> Reply {
                let headers = key.headers.merging(name.map { ["Idempotency-Key": $0] } ?? [:]) { own, _ in own }
                return try await HTTP.post(
                    "\(server.url)/api/generate-case", headers: headers, json: Cases.document(caseID, evidence: 1))
            }
            let first = try await ask("once", "first")
            #expect(first.status == 202)
            for _ in 0..<3 {
                let again = try await ask("once", "first")
                #expect(again.status == 202 && numbers(again)[1] == 0, "\(again.text)")
                #expect(try again.json.text("jobId") == first.json.text("jobId"))
            }
            for (caseID, name) in [("other", "second"), ("other", "first"), ("once", nil), ("not an id", "first")] {
                let refused = try await ask(caseID, name)
                #expect(refused.status == 429 && refused.errorCode == "rate_limited", "\(caseID): \(refused.text)")
            }
        }
    }

    /// Guesses count, and whoever guesses is kept from guessing on.
    @Test func byAddress() async throws {
        try await Rig.run(["DARKROOM_REQUESTS_PER_ADDRESS": "3", "DARKROOM_READ_TOKEN": Closed.readToken]) { rig in
            let server = try await rig.controlServer()
            let url = server.url + Self.path
            for left in [2, 1, 0] {
                let reply = try await HTTP.get(url, headers: ["Authorization": "Bearer guess-\(left)"])
                #expect(reply.status == 401 && numbers(reply)[1] == left)
            }
            for headers in [Closed.reading, [:]] {
                let refused = try await HTTP.get(url, headers: headers)
                #expect(refused.status == 429 && refused.headers["retry-after"] != nil)
            }
            for path in ["/healthz", "/readyz"] { #expect(try await HTTP.get(server.url + path).status == 200) }
        }
    }

    @Test(arguments: ["0", "-1", "many", "1000001"])
    func wrongSettings(_ text: String) async throws {
        try await Rig.run { rig in
            for name in ["DARKROOM_REQUESTS_PER_MINUTE", "DARKROOM_REQUESTS_PER_ADDRESS"] {
                let finished = try await rig.run(
                    "receiver", ["--listen", "127.0.0.1:0", "--data", rig.path("control")], settings: [name: text])
                #expect(finished.code == 2 && finished.errors.contains("off or a number"), "\(finished.errors)")
            }
        }
    }
}
