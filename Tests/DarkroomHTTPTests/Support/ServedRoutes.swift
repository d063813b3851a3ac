import CurlClient
import HTTPChannels
import JobModel
import Logging
import OpenAPIDocuments
import Orchestration

@testable import DarkroomHTTP

/// A server's routes in this process, over a store in memory.
enum ServedRoutes: String, CaseIterable {
    case controlPlane
    case worker

    private static let address = ListenAddress(host: "127.0.0.1", port: 0)

    var document: OpenAPIDocument { self == .worker ? .worker : .controlPlane }

    /// - Parameter body: given the server and its address.
    func run(_ body: @Sendable (DarkroomServer, String) async throws -> Void) async throws {
        let (urls, told) = AsyncStream.makeStream(of: String.self)
        let onReady: @Sendable (String) async -> Void = { told.yield($0) }
        let server = try self == .worker ? Self.worker(onReady) : Self.controlPlane(onReady)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { told.finish() }
                try await server.run()
            }
            var ready = urls.makeAsyncIterator()
            if let url = await ready.next() { try await body(server, url) }
            group.cancelAll()
            // It was asked to end so; that it could not serve is told.
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    private static func controlPlane(_ onReady: @escaping @Sendable (String) async -> Void) throws -> DarkroomServer {
        let (store, clock, random) = (MemoryStore(), SystemClock(), SystemRandom())
        let signing = LinkSigning(store: store, clock: clock, random: random)
        let callers = Callers(
            operatorToken: nil, keys: APIKeys(store: store, clock: clock, random: random), signing: signing,
            address: address, rates: RequestRates(RequestRates.Settings(), clock: clock))
        let access = Access(callers: callers, linkSigning: signing, webhookSecrets: nil)
        return DarkroomServer.controlPlane(
            address, jobs: JobService(store: store, client: nil, clock: clock, random: random, logger: logger),
            artifacts: store, transformer: Nothing(), access: access, replicateSecrets: nil,
            settings: InterfaceSettings(), clock: clock, addresses: { nil }, measures: Measures(),
            connections: ConnectionLimits(), isReady: { true }, logger: logger, onReady: onReady)
    }

    private static func worker(_ onReady: @escaping @Sendable (String) async -> Void) throws -> DarkroomServer {
        let (clock, random, policy) = (SystemClock(), SystemRandom(), try EgressPolicy())
        let (roster, settings) = (ProviderRoster([RosterEntry(Nothing())]), WorkerSettings())
        let service = WorkerService(
            store: MemoryStore(), roster: roster, transformer: Nothing(),
            sender: WebhookSender(http: CurlClient(), secrets: nil, policy: policy, clock: clock), clock: clock,
            random: random, settings: settings, logger: logger)
        return DarkroomServer.worker(
            address, worker: service,
            admission: RunAdmission(settings: settings, roster: roster, clock: clock, random: random), policy: policy,
            access: Access(workerToken: nil, webhookSecrets: nil), measures: Measures(),
            connections: ConnectionLimits(), isReady: { true }, logger: logger, onReady: onReady)
    }

    private static let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
}

/// Makes nothing: no request comes this far.
private struct Nothing: ImageTransformer, MediaProvider {
    private static let error = MediaError(.unusableOutput, "nothing is made here")

    let name = "none"
    let model = "none"

    func price(ofModel model: String) -> Price { .unpriced }

    func generate(_ request: GenerationRequest, observer: CallObserver) async -> GenerationResult {
        .failed(Self.error)
    }

    func transform(_ bytes: [UInt8], as transform: ImageTransform) async -> Result<TransformedImage, MediaError> {
        .failure(Self.error)
    }
}
