import CurlClient
import JSONCoding

#if canImport(Glibc)
import Glibc
#endif

/// What the provider simulator tells of itself.
package struct SimulatorControl: Sendable {
    package let url: String
    package let process: pid_t
    package let http: CurlClient

    package init(url: String, process: pid_t, http: CurlClient) {
        (self.url, self.process, self.http) = (url, process, http)
    }

    package struct State: Decodable, Sendable {
        package var total: Int
        package var inProgress: Int
        package var answered: Int
    }

    package struct Call: Decodable, Sendable {
        package var number: Int
        /// Unix time of arrival in ms.
        package var timeMs: Double
        /// Since the simulator began, in ms.
        package var startedMs: Double
        package var endedMs: Double?
        package var prompt: String
        /// `answered`, `aborted_by_peer` and others.
        package var outcome: String
        package var form: String
        /// A provider would charge for it: a picture was made, whatever became of the answer.
        package var isBillable: Bool

        package init(
            number: Int, timeMs: Double, startedMs: Double, endedMs: Double?, prompt: String, outcome: String,
            form: String, isBillable: Bool
        ) {
            (self.number, self.timeMs, self.startedMs, self.endedMs) = (number, timeMs, startedMs, endedMs)
            (self.prompt, self.outcome, self.form, self.isBillable) = (prompt, outcome, form, isBillable)
        }
    }

    private struct Calls: Decodable {
        var requests: [Call]
    }

    package func state() async throws -> State {
        try JSON.decode(State.self, from: try await get("/_sim/state"), limits: Self.limits)
    }

    /// The calls with numbers above `after`, in order of arrival.
    package func calls(after: Int = 0) async throws -> [Call] {
        try JSON.decode(Calls.self, from: try await get("/_sim/requests?after=\(after)"), limits: Self.limits).requests
    }

    /// Asks until it fits.
    package func wait(within limit: Duration, until condition: (State) -> Bool) async throws -> State {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            let state = try await state()
            if condition(state) { return state }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw DrivingFailure("the provider did not see what was awaited within \(limit): \(try await state())")
    }

    package func perform(scenario: String) async throws {
        try await change("PUT", "/_sim/scenario", Array(scenario.utf8))
    }

    /// The picture that it sends.
    package func picture() async throws -> [UInt8] {
        let body = Array(#"{"contents": [{"role": "user", "parts": [{"text": "a key"}]}]}"#.utf8)
        let request = HTTPRequest(
            "POST", url + "/v1beta/models/bench:generateContent",
            headers: [("content-type", "application/json"), ("x-goog-api-key", "bench")], body: body,
            timeout: .seconds(20), maximumBodyBytes: Self.maximumAnswer)
        let answer = try JSON.decode(JSONValue.self, from: try await http.send(request).body, limits: Self.limits)
        let part = answer["candidates"]?[0]?["content"]?["parts"]?[0]?["inlineData"]?["data"]
        guard let bytes = part?.stringValue.flatMap({ Base64.decode($0) }) else {
            throw DrivingFailure("the provider simulator sent no picture")
        }
        return bytes
    }

    private static let maximumAnswer = 64 << 20
    private static let limits = JSONLimits(maximumBytes: maximumAnswer)

    private func get(_ path: String) async throws -> [UInt8] {
        let request = HTTPRequest("GET", url + path, timeout: .seconds(20), maximumBodyBytes: Self.maximumAnswer)
        return try await http.send(request).body
    }

    private func change(_ method: String, _ path: String, _ body: [UInt8]) async throws {
        let request = HTTPRequest(
            method, url + path, headers: [("Content-Type", "application/json")], body: body, timeout: .seconds(20),
            maximumBodyBytes: 1 << 20)
        let status = try await http.send(request).status
        guard status == 200 else { throw DrivingFailure("the provider simulator answered \(status)") }
    }
}
