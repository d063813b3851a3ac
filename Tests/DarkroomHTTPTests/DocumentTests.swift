import CurlClient
import JSONCoding
import OpenAPIDocuments
import Testing

@testable import DarkroomHTTP

/// Each document names its server's routes that there are, and no others. What they answer is compared in `scripts/contract`.
@Suite("The OpenAPI document")
struct DocumentTests {
    private static let methods: Set<String> = ["get", "put", "post", "delete", "patch", "options", "head", "trace"]

    private func document(of served: ServedRoutes) throws -> JSONValue {
        try JSON.decode(JSONValue.self, from: served.document.bytes)
    }

    private func paths(of served: ServedRoutes) throws -> [String: JSONValue] {
        try document(of: served)["paths"]?.objectValue ?? [:]
    }

    /// Whether the document's path lies where the router's leads, whose last part may stand for any number of parts.
    private func lies(_ path: String, at route: String) -> Bool {
        guard route.hasSuffix("/**") else { return path == route }
        return path.hasPrefix(route.dropLast(2))
    }

    @Test(arguments: ServedRoutes.allCases)
    func namesEveryRouteAndNoOther(_ served: ServedRoutes) async throws {
        let paths = try paths(of: served)
        try await served.run { server, _ in
            #expect(server.paths.count > 8, "\(server.paths)")
            for route in server.paths {
                #expect(paths.keys.contains { lies($0, at: route) }, "\(route) is not documented")
            }
            for path in paths.keys {
                #expect(server.paths.contains { lies(path, at: $0) }, "\(path) is no route")
            }
        }
    }

    /// A route says itself, in the answer to a method that it does not know, which it takes.
    @Test(arguments: ServedRoutes.allCases)
    func namesEveryMethodAndNoOther(_ served: ServedRoutes) async throws {
        let paths = try paths(of: served)
        try await served.run { _, url in
            let client = CurlClient()
            for (path, item) in paths {
                let documented = Set((item.objectValue ?? [:]).keys).intersection(Self.methods)
                let sample = path.split { "{}".contains($0) }.joined()
                let reply = try await client.send(
                    HTTPRequest("OPTIONS", url + sample, timeout: .seconds(60), maximumBodyBytes: 4_096))
                #expect(reply.status == 405, "\(path)")
                let allow = reply.headers.first { $0.name.lowercased() == "allow" }?.value ?? ""
                // A GET is always a HEAD too, which the document says once for all.
                let taken = Set(allow.lowercased().split(separator: ",").map { $0.filter { $0 != " " } })
                #expect(taken.subtracting(["head"]) == documented, "\(path)")
            }
            await client.shutdown()
        }
    }

    @Test(arguments: ServedRoutes.allCases)
    func isServedToEverybody(_ served: ServedRoutes) async throws {
        try await served.run { _, url in
            let client = CurlClient()
            func get(_ headers: [(name: String, value: String)]) async throws -> HTTPResponse {
                try await client.send(
                    HTTPRequest(
                        "GET", url + DocumentRoute.path, headers: headers, timeout: .seconds(60),
                        maximumBodyBytes: 1 << 20))
            }
            // A proxy's word alone would close the open doors of this machine.
            let whole = try await get([(name: "X-Forwarded-For", value: "203.0.113.7")])
            #expect(whole.status == 200 && whole.body == served.document.bytes)
            let tag = try #require(whole.headers.first { $0.name.lowercased() == "etag" }?.value)
            let again = try await get([(name: "If-None-Match", value: tag)])
            #expect(again.status == 304 && again.body.isEmpty)
            await client.shutdown()
        }
    }

    /// Every reference leads somewhere.
    @Test(arguments: ServedRoutes.allCases)
    func isWhole(_ served: ServedRoutes) throws {
        let document = try document(of: served)
        var references: Set<String> = []
        func collect(_ value: JSONValue) {
            for (name, member) in value.objectValue ?? [:] {
                if name == "$ref", let text = member.stringValue { references.insert(text) }
                collect(member)
            }
            for element in value.arrayValue ?? [] { collect(element) }
        }
        collect(document)
        #expect(references.count > 30)
        for reference in references {
            var place: JSONValue? = reference.hasPrefix("#/") ? document : nil
            for part in reference.dropFirst(2).split(separator: "/") { place = place?[String(part)] }
            #expect(place != nil, "\(reference)")
        }
    }
}
