import JSONCoding
import Testing

/// `initiator keys` on a rig's control store.
struct KeyDesk: Sendable {
    let rig: Rig

    struct Key: Sendable {
        let id: String
        let text: String

        var headers: [String: String] { ["Authorization": "Bearer \(text)"] }
        var secret: String { String(text.split(separator: "_").last ?? "") }
    }

    /// - Parameter more: further flags.
    func create(_ owner: String, scope: String? = nil, _ more: String...) async throws -> Key {
        let scopes = scope.map { ["--scope", $0] } ?? []
        let made = try await run(["create", "--owner", owner, "--json"] + scopes + more)
        let document = try made.json
        return Key(id: document.text("id"), text: document.text("key"))
    }

    func rotate(_ key: Key, grace: String) async throws -> Key {
        let document = try await run(["rotate", key.id, "--grace", grace, "--json"]).json
        return Key(id: document.text("id"), text: document.text("key"))
    }

    func revoke(_ arguments: String...) async throws { _ = try await run(["revoke"] + arguments) }

    @discardableResult
    private func run(_ arguments: [String]) async throws -> Finished {
        let finished = try await rig.run("initiator", ["keys"] + arguments + ["--data", rig.path("control")])
        #expect(finished.code == 0, "keys \(arguments): \(finished.errors)")
        return finished
    }
}

extension Rig {
    /// `initiator serve` on the rig's control store.
    /// - Parameter worker: where nobody is, if there is nothing to be made.
    func controlServer(
        listen: String = "127.0.0.1:0", worker: String = "http://127.0.0.1:9", settings: [String: String] = [:]
    ) async throws -> Server {
        try await serve(
            "initiator", ["serve", "--listen", listen, "--data", path("control"), "--worker", worker],
            settings: settings)
    }
}
