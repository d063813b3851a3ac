import JSONCoding

/// The provider simulator and what it saw.
struct Simulator: Sendable {
    let server: Server

    var url: String { server.url }

    /// Every call in order.
    func calls() async throws -> [ProviderCall] {
        let reply = try await HTTP.get("\(url)/_sim/requests").json
        return (reply["requests"]?.arrayValue ?? []).map { ProviderCall(document: $0) }
    }

    /// The sums.
    func state() async throws -> JSONValue { try await HTTP.get("\(url)/_sim/state").json }

    /// Until a sum of the state is as wanted: nothing announces it.
    func wait(_ name: String, is wanted: Int64) async throws {
        try await eventually("\(name) to be \(wanted)") { try await state()[name]?.intValue == wanted ? true : nil }
    }

    func release() async throws { _ = try await HTTP.post("\(url)/_sim/release", []) }

    /// Another scenario from now on.
    func play(_ scenario: JSONValue) async throws {
        _ = try await HTTP.send("PUT", "\(url)/_sim/scenario", body: try JSON.encode(scenario))
    }
}

struct ProviderCall: Sendable {
    let document: JSONValue

    var prompt: String { document["prompt"]?.stringValue ?? "" }
    var outcome: String { document["outcome"]?.stringValue ?? "" }
    var startedMs: Double { document["startedMs"]?.doubleValue ?? .nan }
    var endedMs: Double? { document["endedMs"]?.doubleValue }
}
