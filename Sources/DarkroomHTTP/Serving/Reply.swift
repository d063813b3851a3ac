import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import NIOCore
import Orchestration

/// An error on its way to a client, in the one shape of all errors.
struct Refusal: Error {
    var status: HTTPResponse.Status
    var body: ErrorBody
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, details: ErrorBody.Details? = nil) {
        self.status = status
        body = ErrorBody(code, message, details: details)
    }

    /// 503 with the time after which to come again.
    static func unavailable(_ message: String, retryAfter seconds: Int = 2) -> Refusal {
        var refusal = Refusal(.serviceUnavailable, "unavailable", message)
        refusal.headers[.retryAfter] = "\(seconds)"
        return refusal
    }

    /// 401.
    static func unauthorized(_ message: String) -> Refusal {
        var refusal = Refusal(.unauthorized, "unauthorized", message)
        refusal.headers[.wwwAuthenticate] = "Bearer"
        return refusal
    }

    init(_ error: InvalidRequest) {
        let message = error.field.isEmpty ? "the body \(error.message)" : "\(error.field) \(error.message)"
        self.init(.badRequest, "invalid_request", message, details: .init(field: error.field))
    }

    /// What a store's own words say of files and records is for the log.
    init(_ error: StoreError) {
        switch error.code {
        case .newerFormat:
            self.init(
                .serviceUnavailable, "store_newer_format",
                "a newer Darkroom wrote this record; upgrade this one to read it")
        case .corrupt:
            self.init(.internalServerError, "store_corrupt", "the record is damaged: `initiator verify` says more")
        default: self = .unavailable("the store cannot be read or written at present (\(error.code.rawValue))")
        }
    }
}

enum Reply {
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let bytes = try JSON.encode(value)
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A document that is written already.
    static func json(_ document: ByteBuffer) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: document))
    }

    static func refusal(_ refusal: Refusal) -> Response {
        var headers = refusal.headers
        headers[.contentType] = "application/json"
        // An error body is a few strings of our own: it can always be written.
        let bytes = (try? JSON.encode(refusal.body)) ?? []
        return Response(
            status: refusal.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension Request {
    /// The whole body; 413 beyond the bound, whether it was announced or counted.
    /// - Parameter share: what it is counted to as it comes, and 503 where that has no room; nil for a body that is small.
    func bytes(upTo maximum: Int, in share: BodyShare? = nil) async throws -> [UInt8] {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > maximum {
            throw Refusal(.contentTooLarge, "too_large", "the body must be at most \(maximum) bytes")
        }
        var bytes: [UInt8] = []
        for try await part in body {
            guard bytes.count + part.readableBytes <= maximum else {
                throw Refusal(.contentTooLarge, "too_large", "the body must be at most \(maximum) bytes")
            }
            try share?.grow(by: part.readableBytes)
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }
}

extension Request {
    /// Whether anything may follow the head: a request of which nothing does need not say what it would be.
    var mayHaveBody: Bool {
        headers[.contentLength].map { $0 != "0" } ?? (headers[.transferEncoding] != nil)
    }

    /// For a body that is read as JSON: 415 if the request says that it is something else.
    ///
    /// A form's type passes too: curl says it of whatever it is given with `--data`.
    func requireJSON() throws {
        if let coding = headers[.contentEncoding], coding.lowercased() != "identity" {
            throw Refusal(.unsupportedMediaType, "unsupported_media_type", "the body must not be compressed")
        }
        guard let header = headers[.contentType] else { return }
        let type = header.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard Self.jsonTypes.contains(type) || type.hasSuffix("+json") else {
            throw Refusal(.unsupportedMediaType, "unsupported_media_type", "the body must be application/json")
        }
    }

    private static let jsonTypes: Set<String> = ["application/json", "text/json", "application/x-www-form-urlencoded"]
}

enum Body {
    /// A document from outside: 400 with the field's path, 413 beyond the bound.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8], limits: JSONLimits) throws -> Value {
        do throws(JSONError) {
            return try JSON.decode(type, from: bytes, limits: limits)
        } catch  where error.code == .tooLarge {
            throw Refusal(.contentTooLarge, "too_large", error.message)
        } catch {
            let place = error.path.isEmpty ? "the body" : error.path
            throw Refusal(
                .badRequest, "invalid_request", "\(place): \(error.message)", details: .init(field: error.path))
        }
    }
}
