import JSONCoding

/// The whole control plane with a worker and a provider.
struct ControlPlane: Sendable {
    let rig: Rig
    let simulator: Simulator
    let worker: Server
    let control: Server
    /// Sent with each request.
    var headers: [String: String] = [:]

    func url(_ path: String) -> String { control.url + path }

    func get(_ path: String) async throws -> Reply { try await HTTP.get(url(path), headers: headers) }

    func post(_ path: String, _ body: JSONValue, headers: [String: String] = [:]) async throws -> Reply {
        try await HTTP.post(url(path), headers: self.headers.merging(headers) { $1 }, json: body)
    }

    /// The document at `path` once it fits: this interface's own clients poll too.
    func when(
        _ path: String, _ what: String, _ fits: @Sendable (JSONValue) -> Bool
    ) async throws -> JSONValue {
        try await eventually("\(path): \(what)") {
            let reply = try await get(path)
            guard reply.status == 200, let document = try? reply.json, fits(document) else { return nil }
            return document
        }
    }
}

extension Rig {
    func plane(
        scenario: JSONValue? = nil, settings: [String: String] = [:], worker: [String: String] = [:],
        headers: [String: String] = [:]
    ) async throws -> ControlPlane {
        let simulator = try await simulator(scenario: scenario)
        let worker = try await self.worker(of: simulator, settings: worker)
        let control = try await serve(
            "initiator",
            ["serve", "--listen", "127.0.0.1:0", "--data", path("control"), "--worker", worker.url],
            settings: settings)
        return ControlPlane(rig: self, simulator: simulator, worker: worker, control: control, headers: headers)
    }
}
