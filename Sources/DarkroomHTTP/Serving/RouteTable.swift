import HTTPTypes
import Hummingbird
import JobModel
import Logging
import NIOCore
import NIOHTTP1
import Orchestration

/// What a handler may know beside the request.
public struct DarkroomContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The address at the other end of the connection.
    let peer: SocketAddress?
    let channel: any Channel
    /// Whom a trusted proxy at that address says it speaks for; nil where none does.
    var forwardedClient: String?
    /// What the limits said of the request.
    let rate = RateNote()
    /// The client's own, where it is one that names nobody; else of our making.
    private(set) var requestID = RequestID.make()
    /// The place in a trace that the request named.
    private(set) var trace: TraceParent?

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress
        channel = source.channel
        // Hummingbird's own count would tell each client how many requests there were between two of its own.
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "requestId"] = "\(requestID)"
    }

    /// With the names that the request came with, for its log lines too.
    func named(by request: Request) -> DarkroomContext {
        var context = self
        if let own = request.only(RequestID.header), RequestID.isPlain(own) {
            context.requestID = own
            context.logger[metadataKey: "requestId"] = "\(own)"
        }
        if let trace = request.only(TraceParent.headerName).flatMap(TraceParent.init(header:)) {
            context.trace = trace
            context.logger[metadataKey: "traceId"] = "\(trace.traceID)"
        }
        return context
    }
}

extension Request {
    /// A header that stands there once; nil where there are none or several of that name.
    fileprivate func only(_ name: String) -> String? {
        guard let name = HTTPField.Name(name) else { return nil }
        let values = headers[values: name]
        return values.count == 1 ? values[0] : nil
    }
}

/// Tells one request from all others.
enum RequestID {
    static let header = "X-Request-Id"

    /// 32 hexadecimal digits, or a UUID: any other text may name somebody, and logs name nobody.
    static func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let dashes: Set<Int> = bytes.count == 36 ? [8, 13, 18, 23] : []
        guard bytes.count == 32 || bytes.count == 36 else { return false }
        return bytes.indices.allSatisfy { index in
            if dashes.contains(index) { return bytes[index] == UInt8(ascii: "-") }
            switch bytes[index] {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: return true
            default: return false
            }
        }
    }

    /// 32 hexadecimal digits by lot, as a trace has them.
    static func make() -> String { TraceParent { .random(in: .min ... .max) }.traceID }
}

typealias Handler = @Sendable (Request, DarkroomContext) async throws -> Response

extension Router where Context == DarkroomContext {
    /// A route with all its methods; any other method is answered with 405 and `Allow`.
    func route(_ path: RouterPath, _ handlers: [HTTPRequest.Method: Handler]) {
        var handlers = handlers
        if let get = handlers[.get] {
            let head: Handler = { request, context in try await get(request, context).createHeadResponse() }
            handlers[.head] = head
        }
        let allow = handlers.keys.map(\.rawValue).sorted().joined(separator: ", ")
        for method in KnownMethods.all {
            let handler = handlers[method]
            on(path, method: method) { request, context -> Response in
                if let handler { return try await handler(request, context) }
                var refusal = Refusal(.methodNotAllowed, "method_not_allowed", "this route takes \(allow)")
                refusal.headers[.allow] = allow
                throw refusal
            }
        }
    }
}

/// Lets the routes answer for methods that they have never heard of: the router alone would say that there is no such
/// path.
struct KnownMethods: HTTPResponder {
    static let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]

    let router: RouterResponder<DarkroomContext>
    /// Of what the routes say; Hummingbird itself is kept quieter.
    let logLevel: Logger.Level

    /// In a task of its own: a task keeps the stack of its deepest call for as long as it lives, and that of a
    /// connection lives as long as the connection.
    func respond(to request: Request, context: DarkroomContext) async throws -> Response {
        try await withThrowingTaskGroup(of: Response.self) { group in
            group.addTask { try await route(request, context) }
            guard let response = try await group.next() else { throw CancellationError() }
            return response
        }
    }

    private func route(_ request: Request, _ context: DarkroomContext) async throws -> Response {
        var context = context
        context.logger.logLevel = logLevel
        guard !Self.all.contains(request.method) else { return try await router.respond(to: request, context: context) }
        // No route takes TRACE, so each refuses it.
        var head = request.head
        head.method = .trace
        return try await router.respond(to: Request(head: head, body: request.body), context: context)
    }
}

extension DarkroomContext {
    /// A part of the path as an identifier; anything else names nothing here.
    func identifier<ID: Identifier>(_ name: String, as type: ID.Type, code: String = "not_found") throws -> ID {
        guard let text = parameters.get(name), let id = try? ID(text) else {
            throw Refusal(.notFound, code, "no such \(name)")
        }
        return id
    }
}

/// Gives every error the one shape, and says nothing of unexpected ones but to the log.
struct ErrorShape: RouterMiddleware {
    typealias Context = DarkroomContext

    func handle(
        _ request: Request, context: DarkroomContext, next: (Request, DarkroomContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as Refusal {
            return Reply.refusal(refusal)
        } catch let error as InvalidRequest {
            return Reply.refusal(Refusal(error))
        } catch let error as StoreError {
            context.logger.error(
                "store.failed", metadata: ["error": "\(error.message)", "route": "\(context.endpointPath ?? "")"])
            return Reply.refusal(Refusal(error))
        } catch let error as HTTPError where error.status == .notFound {
            return Reply.refusal(Refusal(.notFound, "not_found", "no such route"))
        } catch let error as HTTPError {
            return Reply.refusal(Refusal(error.status, "bad_request", error.body ?? "the request cannot be read"))
        } catch is CancellationError {
            return Reply.refusal(.unavailable("the process is ending"))
        } catch  where Self.isOfTheConnection(error) {
            return Reply.refusal(Refusal(.badRequest, "incomplete_body", "the body broke off or cannot be read"))
        } catch {
            context.logger.error(
                "request.failed", metadata: ["error": "\(error)", "route": "\(context.endpointPath ?? "")"])
            return Reply.refusal(Refusal(.internalServerError, "internal", "the request failed"))
        }
    }

    /// What the peer did to its own request: no fault of ours, and nothing for the log.
    static func isOfTheConnection(_ error: any Error) -> Bool {
        error is HTTPParserError || error is ChannelError || error is IOError
    }
}
