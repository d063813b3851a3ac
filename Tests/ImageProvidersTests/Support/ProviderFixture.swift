import CurlClient
import Foundation
import JSONCoding
import JobModel
import Testing

/// A reply in a shape that a provider is known to give, with what must become of it.
struct ProviderFixture: Decodable, Sendable, CustomTestStringConvertible {
    struct Answer: Decodable, Sendable {
        var status: Int
        var headers: [String: String]
        var body: JSONValue?
        var bodyText: String?
        var bodyBase64: Base64Data?

        func response() throws -> HTTPResponse {
            let bytes = try body.map { try JSON.encode($0) } ?? bodyBase64?.bytes ?? Array((bodyText ?? "").utf8)
            return HTTPResponse(status: status, headers: headers.map { ($0.key, $0.value) }, body: bytes)
        }
    }

    struct Expectation: Decodable, Sendable {
        struct Made: Decodable, Sendable {
            var mediaType: String?
            var bytes: Int
        }

        var made: Made?
        var kind: MediaError.Kind?
        var retryable: Bool?
        /// Whether the asset waits for new words.
        var parked: Bool?
        var retryAfterMs: Int64?
        var providerCode: String?
        var messageContains: String?
        /// The picture was made and could not be fetched.
        var fetchFailed: Bool?
    }

    var adapter = Adapter.gemini
    var name = ""
    var answer: Answer
    /// The answer to the request for the picture's URL.
    var then: Answer?
    var expect: Expectation

    private enum CodingKeys: CodingKey {
        case then
        case expect
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        answer = try Answer(from: decoder)
        then = try values.decodeIfPresent(Answer.self, forKey: .then)
        expect = try values.decode(Expectation.self, forKey: .expect)
    }

    var testDescription: String { "\(adapter.rawValue)/\(name)" }

    func http() throws -> FakeHTTP {
        FakeHTTP([.success(try answer.response())] + (try then.map { [.success(try $0.response())] } ?? []))
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../fixtures/provider-replies").standardizedFileURL

    private static func files(of provider: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: folder.appending(path: provider), includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "json" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    /// Over all providers, those with tests of their own included.
    static func count() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).reduce(0) { sum, provider in
            var isFolder: ObjCBool = false
            let path = folder.appending(path: provider).path
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                return sum
            }
            return sum + (try files(of: provider).count)
        }
    }

    static func all() throws -> [ProviderFixture] {
        try Adapter.allCases.flatMap { adapter in
            try files(of: adapter.rawValue).map { file in
                var fixture = try JSON.decode(ProviderFixture.self, from: [UInt8](Data(contentsOf: file)))
                fixture.adapter = adapter
                fixture.name = file.deletingPathExtension().lastPathComponent
                return fixture
            }
        }
    }
}
