import CurlClient
import JSONCoding

/// An answer as tests look at it.
struct Reply: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: JSONValue {
        get throws { try JSON.decode(JSONValue.self, from: body, limits: JSONLimits(maximumBytes: 64 << 20)) }
    }

    /// Of the one shape that all errors have.
    var errorCode: String? { try? json["error"]?["code"]?.stringValue }
    var errorField: String? { try? json["error"]?["details"]?["field"]?.stringValue }
    var errorMessage: String? { try? json["error"]?["message"]?.stringValue }
}

/// Plain requests, by the same client that the product uses.
enum HTTP {
    private static let client = CurlClient()

    static func send(
        _ method: String, _ url: String, headers: [String: String] = [:], body: [UInt8] = [],
        limit: Duration = Limits.wait
    ) async throws -> Reply {
        let request = HTTPRequest(
            method, url, headers: headers.map { (name: $0.key, value: $0.value) }, body: body, timeout: limit,
            maximumBodyBytes: 64 << 20)
        let answer = try await client.send(request)
        let fields = Dictionary(answer.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        return Reply(status: answer.status, headers: fields, body: answer.body)
    }

    static func get(_ url: String, headers: [String: String] = [:]) async throws -> Reply {
        try await send("GET", url, headers: headers)
    }

    static func post(_ url: String, headers: [String: String] = [:], _ body: [UInt8]) async throws -> Reply {
        var headers = headers
        headers["Content-Type"] = "application/json"
        return try await send("POST", url, headers: headers, body: body)
    }

    static func post(_ url: String, headers: [String: String] = [:], json: JSONValue) async throws -> Reply {
        try await post(url, headers: headers, try JSON.encode(json))
    }
}
