import CurlClient
import JSONCoding

#if canImport(Glibc)
import Glibc
#endif

/// What the provider simulator tells of itself.
struct SimulatorControl: Sendable {
    let url: String
    let process: pid_t
    let http: CurlClient

    struct State: Decodable, Sendable {
        var total: Int
        var inProgress: Int
        var answered: Int
    }

    struct Call: Decodable, Sendable {
        var number: Int
        /// Unix time of arrival in ms.
        var timeMs: Double
        /// Since the simulator began, in ms.
        var startedMs: Double
        var endedMs: Double?
        var prompt: String
        var outcome: String
    }

    private struct Calls: Decodable {
        var requests: [Call]
    }

    func state() async throws -> State { try JSON.decode(State.self, from: try await get("/_sim/state")) }

    /// The calls with numbers above `after`, in order of arrival.
    func calls(after: Int = 0) async throws -> [Call] {
        let limits = JSONLimits(maximumBytes: Self.maximumAnswer)
        return try JSON.decode(Calls.self, from: try await get("/_sim/requests?after=\(after)"), limits: limits)
            .requests
    }

    /// Asks until it fits.
    func wait(within limit: Duration, until condition: (State) -> Bool) async throws -> State {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            let state = try await state()
            if condition(state) { return state }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchFailure("the provider did not see what was awaited within \(limit): \(try await state())")
    }

    func perform(scenario: String) async throws {
        try await change("PUT", "/_sim/scenario", Array(scenario.utf8))
    }

    func usage() throws -> Usage { try Usage(of: process) }

    /// The picture that it sends.
    func picture() async throws -> [UInt8] {
        let body = Array(#"{"contents": [{"role": "user", "parts": [{"text": "a key"}]}]}"#.utf8)
        let request = HTTPRequest(
            "POST", url + "/v1beta/models/bench:generateContent",
            headers: [("content-type", "application/json"), ("x-goog-api-key", "bench")], body: body,
            timeout: .seconds(20), maximumBodyBytes: Self.maximumAnswer)
        let limits = JSONLimits(maximumBytes: Self.maximumAnswer)
        let answer = try JSON.decode(JSONValue.self, from: try await http.send(request).body, limits: limits)
        let part = answer["candidates"]?[0]?["content"]?["parts"]?[0]?["inlineData"]?["data"]
        guard let bytes = part?.stringValue.flatMap({ Base64.decode($0) }) else {
            throw BenchFailure("the provider simulator sent no picture")
        }
        return bytes
    }

    private static let maximumAnswer = 64 << 20

    private func get(_ path: String) async throws -> [UInt8] {
        let request = HTTPRequest("GET", url + path, timeout: .seconds(20), maximumBodyBytes: Self.maximumAnswer)
        return try await http.send(request).body
    }

    private func change(_ method: String, _ path: String, _ body: [UInt8]) async throws {
        let request = HTTPRequest(
            method, url + path, headers: [("Content-Type", "application/json")], body: body, timeout: .seconds(20),
            maximumBodyBytes: 1 << 20)
        let status = try await http.send(request).status
        guard status == 200 else { throw BenchFailure("the provider simulator answered \(status)") }
    }
}
