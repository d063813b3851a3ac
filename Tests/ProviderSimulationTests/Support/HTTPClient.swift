import JSONCoding
import ProviderSimulation

/// What came back on a connection, complete or not.
struct HTTPAnswer: Sendable {
    var status = 0
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// How the connection ended, if that ended the answer.
    var ended: RawConnection.End?

    var declaredLength: Int? { headers["content-length"].flatMap { Int($0) } }
    /// As many bytes as were promised, and a promise at all.
    var isComplete: Bool { declaredLength == body.count }

    var json: JSONValue {
        get throws { try JSON.decode(JSONValue.self, from: body, limits: JSONLimits(maximumBytes: 64 << 20)) }
    }
}

/// A tiny HTTP/1.1 client that shows what a provider client never should: half answers.
struct HTTPClient: Sendable {
    let port: Int

    func open() async throws -> RawConnection { try await RawConnection.open(port: port) }

    func get(_ path: String) async throws -> HTTPAnswer { try await request("GET", path) }

    func request(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String = ""
    ) async throws -> HTTPAnswer {
        let connection = try await open()
        try await connection.send(Self.bytes(method, path, headers: headers, body: body))
        return try await Self.read(from: connection)
    }

    /// A call for one picture.
    func generate(_ prompt: String, model: String = "gemini-2.5-flash-image") async throws -> HTTPAnswer {
        let connection = try await open()
        try await connection.send(Self.generateBytes(prompt, model: model))
        return try await Self.read(from: connection)
    }

    static func generateBytes(_ prompt: String, model: String = "gemini-2.5-flash-image") throws -> [UInt8] {
        let document: JSONValue = ["contents": [["role": "user", "parts": [["text": .string(prompt)]]]]]
        let body = String(decoding: try JSON.encode(document), as: UTF8.self)
        return bytes(
            "POST", "/v1beta/models/\(model):generateContent", headers: [("x-goog-api-key", "key")], body: body)
    }

    static func bytes(_ method: String, _ path: String, headers: [(String, String)], body: String) -> [UInt8] {
        var text = "\(method) \(path) HTTP/1.1\r\nhost: test\r\ncontent-length: \(body.utf8.count)\r\n"
        for header in headers { text += "\(header.0): \(header.1)\r\n" }
        return Array((text + "\r\n" + body).utf8)
    }

    /// Reads one answer to its declared end, or to the end of the connection.
    static func read(from connection: RawConnection) async throws -> HTTPAnswer {
        var answer = HTTPAnswer()
        var bytes: [UInt8] = []
        var bodyStart: Int?
        while true {
            if bodyStart == nil, let end = headEnd(bytes) {
                bodyStart = end
                parseHead(String(decoding: bytes[..<end], as: UTF8.self), into: &answer)
            }
            if let bodyStart, let length = answer.declaredLength, bytes.count - bodyStart >= length { break }
            switch try await connection.receive() {
            case .success(let more): bytes += more
            case .failure(let ended):
                answer.ended = ended.end
                answer.body = Array(bytes[(bodyStart ?? bytes.count)...])
                return answer
            }
        }
        answer.body = Array(bytes[(bodyStart ?? bytes.count)...])
        return answer
    }

    /// Where the body begins; nil as long as the head is not whole.
    static func headEnd(_ bytes: [UInt8]) -> Int? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard bytes.count >= 4 else { return nil }
        return (0...(min(bytes.count, 16_384) - 4)).first { Array(bytes[$0..<($0 + 4)]) == mark }.map { $0 + 4 }
    }

    private static func parseHead(_ head: String, into answer: inout HTTPAnswer) {
        let lines = head.split(separator: "\r\n")
        answer.status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        answer.headers = fields(ofHead: head)
    }

    /// Names in lower case.
    static func fields(ofHead head: String) -> [String: String] {
        head.split(separator: "\r\n").dropFirst().reduce(into: [:]) { fields, line in
            guard let colon = line.firstIndex(of: ":") else { return }
            fields[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
    }
}
