import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Testing
import Threads

@testable import DarkroomHTTP

@Suite("Errors on their way to a client")
struct ErrorShapeTests {
    /// Counts the lines that are worth somebody's attention.
    private struct Watch: LogHandler {
        let errors: Locked<Int>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            if event.level >= .error { errors.withLock { $0 += 1 } }
        }
    }

    /// A request that was canceled, for its process ends, is no fault of anybody's.
    @Test(arguments: [false, true]) func aCanceledRequestComesAgain(_ isOfGenerations: Bool) async throws {
        let errors = Locked(0)
        let logger = Logger(label: "test", factory: { _ in Watch(errors: errors) })
        let context = DarkroomContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: logger))
        let canceled: Handler = { _, _ in throw CancellationError() }
        let handler = isOfGenerations ? GenerationErrors.shaped(canceled) : canceled
        let request = Request(
            head: HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/"),
            body: RequestBody(buffer: ByteBuffer()))
        let response = try await ErrorShape().handle(request, context: context) { try await handler($0, $1) }
        #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] != nil)
        #expect(errors.withLock { $0 } == 0)
    }
}
