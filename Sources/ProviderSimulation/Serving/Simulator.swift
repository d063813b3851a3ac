import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Threads

/// A provider of images that does as it is told: the wire formats of real ones over scripted latency and misbehaviour.
///
/// Serves plain HTTP/1.1. Nothing is written to disk; a crash or a cancel leaves only closed connections behind, and
/// predictions and webhooks that nobody hears of again.
public final class Simulator: Service {
    private let configuration: SimulatorConfiguration
    private let logger: Logger
    private let calls: ProviderCalls
    private let address = Locked(Address.unknown([]))

    private enum Address {
        case unknown([CheckedContinuation<Int?, Never>])
        case port(Int?)
    }

    public init(
        _ configuration: SimulatorConfiguration = SimulatorConfiguration(), scenario: Scenario = Scenario(),
        logger: Logger = Logger(label: "provider-simulator", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        self.configuration = configuration
        self.logger = logger
        calls = ProviderCalls(configuration: configuration, scenario: scenario)
    }

    /// Serves until graceful shutdown or cancellation. Calls that still wait or hang are closed then, not waited for.
    ///
    /// - Throws: when the address cannot be bound.
    public func run() async throws {
        let calls = calls
        let application = Application(
            responder: Responder(calls: calls),
            server: .http1(
                configuration: .init(additionalChannelHandlers: [PeerCloseHandler(connections: calls.connections)])),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil, backlog: 4_096,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maxConnections)),
            onServerRunning: { [self] channel in announce(channel.localAddress?.port) },
            logger: logger)
        logger.info(
            "simulator.started", metadata: ["seed": "\(seed)", "picture": "\(configuration.picture.rawValue)"])
        defer { announce(nil) }
        do {
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: {
                calls.connections.close()
            }
        } catch {
            await calls.predictions.close()
            throw error
        }
        await calls.predictions.close()
    }

    // MARK: For those who run it in their own process

    /// The seed of every draw: the scenario's, the configuration's, or a drawn one.
    public var seed: UInt64 { calls.director.withLock { $0.seed } }

    /// The sums over all calls since the start or the last reset.
    public var sums: CallSums { calls.log.sums }

    /// The records of the last 10,000 calls with numbers above `after`, in order of arrival.
    public func records(after: Int = 0) -> [CallRecord] { calls.log.records(after: after, limit: .max) }

    /// Waits until the sums fit. The condition is evaluated under a lock: keep it short.
    ///
    /// - Returns: false when the task was cancelled first.
    public func wait(until condition: @escaping @Sendable (CallSums) -> Bool) async -> Bool {
        await calls.log.wait(until: condition)
    }

    /// Lets go of every call and every prediction that a `hold` step holds.
    public func release() {
        calls.connections.releaseHeld()
        calls.predictions.releaseHeld()
    }

    /// Takes another scenario and begins all counts of calls anew; the record stays. Picture files that it names and
    /// the first scenario did not are answered with status 500.
    public func replaceScenario(_ scenario: Scenario) { calls.director.withLock { $0.restart(with: scenario) } }

    /// Where it serves, as `http://HOST:PORT`; waits until it does.
    ///
    /// - Returns: nil when it ended without serving.
    public func url() async -> String? {
        let port: Int? = await withCheckedContinuation { continuation in
            let known: Int?? = address.withLock { address in
                switch address {
                case .port(let port): return .some(port)
                case .unknown(let waiters):
                    address = .unknown(waiters + [continuation])
                    return .none
                }
            }
            if let known { continuation.resume(returning: known) }
        }
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        return port.map { "http://\(host):\($0)" }
    }

    /// The first announcement counts.
    private func announce(_ port: Int?) {
        let waiters = address.withLock { address -> [CheckedContinuation<Int?, Never>] in
            guard case .unknown(let waiters) = address else { return [] }
            address = .port(port)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: port) }
    }
}

private struct Responder: HTTPResponder {
    let calls: ProviderCalls

    func respond(to request: Request, context: SimulatorContext) async throws -> Response {
        if request.uri.path.hasPrefix("/_sim/") { return try await ControlRoutes(calls: calls).respond(to: request) }
        if let response = try await calls.respond(to: request, channel: context.channel) { return response }
        return try .failure(404, code: "not_found", "no such route")
    }
}
