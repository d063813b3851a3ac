import JSONCoding

@testable import ProviderSimulation

/// Calls of the four forms.
extension HTTPClient {
    enum Form: String, CaseIterable, Sendable {
        case gemini
        case imagen
        case replicate
        case openai

        func bytes(_ prompt: String, more: [(String, String)] = [], fields: [String: JSONValue] = [:]) throws -> [UInt8]
        {
            let text = JSONValue.string(prompt)
            let (path, body): (String, [String: JSONValue]) =
                switch self {
                case .gemini: ("/v1/models/m:generateContent", ["contents": [["parts": [["text": text]]]]])
                case .imagen:
                    ("/v1beta/models/m:predict", ["instances": [["prompt": text]], "parameters": ["sampleCount": 1]])
                case .replicate: ("/v1/models/o/n/predictions", ["input": ["prompt": text]])
                case .openai: ("/v1/images/generations", ["prompt": text, "model": "gpt-image-1.5"])
                }
            let document = JSONValue.object(body.merging(fields) { $1 })
            let headers = [("x-goog-api-key", "key"), ("authorization", "Bearer key")] + more
            return HTTPClient.bytes(
                "POST", path, headers: headers, body: String(decoding: try JSON.encode(document), as: UTF8.self))
        }
    }

    func call(
        _ form: Form, _ prompt: String, more: [(String, String)] = [], fields: [String: JSONValue] = [:]
    ) async throws -> HTTPAnswer {
        let connection = try await open()
        try await connection.send(try form.bytes(prompt, more: more, fields: fields))
        return try await Self.read(from: connection)
    }

    /// A prediction's route, or another one that asks for the key.
    func replicate(_ method: String, _ path: String) async throws -> HTTPAnswer {
        try await request(method, path, headers: [("authorization", "Bearer key")])
    }

    /// The prediction as it is once it is over.
    func settled(_ id: String, _ simulator: Simulator) async throws -> JSONValue {
        _ = await simulator.wait { $0.predictionsInProgress == 0 }
        return try await replicate("GET", "/v1/predictions/\(id)").json
    }

    /// What stands behind a link in an answer.
    func download(_ link: JSONValue?) async throws -> HTTPAnswer {
        let text = link?.stringValue ?? ""
        return try await get(text.hasPrefix("http://test/") ? String(text.dropFirst("http://test".count)) : text)
    }
}
