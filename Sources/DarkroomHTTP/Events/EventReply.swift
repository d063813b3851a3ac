import HTTPTypes
import Hummingbird
import JSONCoding
import JobModel
import Logging
import NIOCore
import Orchestration

/// What streams of events have in common.
enum EventReply {
    /// Also how long a stream may outlive the key that opened it.
    static let keepAliveSeconds = 15

    /// A stream that lasts until `body` returns.
    ///
    /// Nothing is queued for a client: each write waits until the connection takes it, and news are merged meanwhile. One
    /// that takes nothing at all is closed with the connection, by the limits of all connections.
    static func stream(
        _ context: DarkroomContext, _ listener: NewsListener, endingWith departures: Departures,
        _ body: @escaping @Sendable (inout EventWriter) async throws -> Void
    ) -> Response {
        departures.end(listener, with: context.channel)
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        // Proxies that know it pass each event on at once.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        let responseBody = ResponseBody { writer in
            var events = EventWriter(writer: writer)
            do {
                try await events.write(EventText.opening)
                try await body(&events)
            } catch let error as StoreError {
                // The head is gone: the stream ends, and whoever connects again is told.
                context.logger.error(
                    "events.failed", metadata: ["error": "\(error.message)", "route": "\(context.endpointPath ?? "")"])
            }
            try await events.finish()
        }
        return Response(status: .ok, headers: headers, body: responseBody)
    }

    /// The event from which a client goes on: `Last-Event-ID`, which wins, or `after` in the query; nil for none.
    static func place(_ request: Request) throws(InvalidRequest) -> Revision? {
        // What a client repeats of another server's stream is no mistake of its own.
        if let name = HTTPField.Name("Last-Event-ID"), let text = request.headers[name] {
            return UInt64(text).map { Revision($0) }
        }
        return try after(request)
    }

    /// `after` in the query.
    static func after(_ request: Request) throws(InvalidRequest) -> Revision? {
        guard let text = request.uri.queryParameters["after"] else { return nil }
        guard let number = Int64(text).flatMap({ UInt64(exactly: $0) }) else {
            throw InvalidRequest(field: "after", message: "must be a revision: a whole number of 0 or more")
        }
        return Revision(number)
    }

    static let tooMany = Refusal.unavailable("too many are listening here at present", retryAfter: 5)
}

/// Writes events to one client.
struct EventWriter {
    private var writer: any ResponseBodyWriter

    init(writer: any ResponseBodyWriter) { self.writer = writer }

    mutating func write(_ bytes: [UInt8]) async throws { try await writer.write(ByteBuffer(bytes: bytes)) }

    /// Bytes that many clients share are not copied for each.
    mutating func write(_ buffer: ByteBuffer) async throws { try await writer.write(buffer) }

    mutating func finish() async throws { try await writer.finish(nil) }
}
