import CurlClient
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Orchestration
import ServiceLifecycle
import Threads

/// Where a server listens.
public struct ListenAddress: Hashable, Sendable {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Only this machine can reach it.
    public var isLoopback: Bool {
        // A name such as 127.example.org is not an address.
        let isNumeric = host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        return host == "localhost" || host == "::1" || (isNumeric && host.hasPrefix("127."))
    }
}

/// An HTTP server over routes, which tells its address once it serves.
public struct DarkroomServer: Service {
    /// The paths of its routes, as the router writes them.
    let paths: Set<String>

    private let address: ListenAddress
    private let responder: KnownMethods
    /// What clients listen to for long; nil on a server that has no such routes.
    private let news: JobNews?
    /// Of those clients.
    private let departures: Departures
    private let connections: ConnectionLimits
    private let logger: Logger
    private let onReady: @Sendable (String) async -> Void

    /// - Parameter onReady: called once with `http://HOST:PORT`; port 0 has become the port that was picked.
    init(
        _ address: ListenAddress, router: Router<DarkroomContext>, news: JobNews? = nil,
        departures: Departures = Departures(), connections: ConnectionLimits, logger: Logger,
        onReady: @escaping @Sendable (String) async -> Void
    ) {
        self.address = address
        paths = Set(router.routes.map { "\($0.path)" })
        responder = KnownMethods(router: router.buildResponder(), logLevel: logger.logLevel)
        self.news = news
        self.departures = departures
        self.connections = connections
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until graceful shutdown or cancellation.
    /// - Throws: when the address cannot be bound.
    public func run() async throws {
        // Hummingbird's own start-up lines would say what ours says.
        var quiet = logger
        quiet.logLevel = max(.warning, logger.logLevel)
        let limits = connections.fitting(descriptors: CurlClient.raiseDescriptorLimit())
        news?.limitGuests(to: limits.listeners)
        let book = ConnectionBook(limit: limits.open)
        let heads = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: ConnectionLimits.headBytes, maxHeaderListSize: ConnectionLimits.headBytes,
            maxHeaderFieldCount: ConnectionLimits.headFields)
        let channels = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ContinueAnswer(), ConnectionCare(limits, book, departures)],
            httpDecoderConfiguration: heads)
        let application = Application(
            responder: responder, server: .http1(configuration: channels),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil, backlog: 4_096,
                // Where even those that have something to ask are too many, further ones wait in the listen queue.
                availableConnectionsDelegate: MaximumAvailableConnections(limits.open + limits.open / 16)),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                let host = address.host.contains(":") ? "[\(address.host)]" : address.host
                await onReady("http://\(host):\(port)")
            },
            logger: quiet)
        // Clients that listen connect again, to whoever serves next.
        try await withGracefulShutdownHandler {
            try await application.run()
        } onGracefulShutdown: {
            news?.dismissGuests()
        }
    }

    /// Routes that every server has.
    /// - Parameter mayMeasure: throws for whoever may not see what the process measures.
    static func baseRouter(
        of role: ServerIdentity.Role, proxies: TrustedProxies, measures: Measures,
        isReady: @escaping @Sendable () async -> Bool,
        mayMeasure: @escaping @Sendable (Request, DarkroomContext) async throws -> Void
    ) -> Router<DarkroomContext> {
        let identity = ServerIdentity(role)
        let router = Router(context: DarkroomContext.self)
        router.add(middleware: ClientAddress(proxies: proxies))
        router.add(middleware: MeasuredRequests(measures: measures))
        router.add(middleware: RateHeaders())
        router.add(middleware: ErrorShape())
        router.route("/healthz", [.get: { _, _ in try Reply.json(identity) }])
        router.route(
            "/readyz",
            [
                .get: { _, _ in
                    guard await isReady() else {
                        throw Refusal.unavailable("the store cannot be read, or the process is ending")
                    }
                    return try Reply.json(["status": "ready"])
                }
            ])
        MeasuresRoute(measures: measures, admit: mayMeasure).add(to: router)
        return router
    }
}
