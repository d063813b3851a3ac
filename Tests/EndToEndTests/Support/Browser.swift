import JSONCoding
import Testing

/// A browser that is signed in, as far as the server can tell: it keeps one cookie and says where its pages are from.
struct Browser: Sendable {
    let server: Server
    /// As it stands in `Cookie`.
    var cookie: String?

    static let own = ["X-Darkroom-Request": "1", "Sec-Fetch-Site": "same-origin"]

    init(_ server: Server) { self.server = server }

    /// Signs in; the cookie is kept if one comes.
    mutating func signIn(_ key: String) async throws -> Reply {
        let reply = try await HTTP.post(
            "\(server.url)/dashboard/session", headers: Self.own, json: ["key": .string(key)])
        if let set = reply.headers["set-cookie"] { cookie = set.split(separator: ";").first.map(String.init) }
        return reply
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Reply {
        try await HTTP.get(server.url + path, headers: headers.merging(held) { own, _ in own })
    }

    /// - Parameter headers: those of the dashboard's own pages unless told otherwise.
    func send(
        _ method: String, _ path: String, headers: [String: String] = Browser.own, body: [UInt8] = []
    ) async throws -> Reply {
        try await HTTP.send(method, server.url + path, headers: headers.merging(held) { own, _ in own }, body: body)
    }

    private var held: [String: String] { cookie.map { ["Cookie": $0] } ?? [:] }
}
