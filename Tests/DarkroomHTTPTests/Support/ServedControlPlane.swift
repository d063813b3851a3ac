import JobModel
import Logging
import Orchestration
import Threads

@testable import DarkroomHTTP

/// The control plane's routes in this process, over a store in memory and without a worker.
enum ServedControlPlane {
    /// Nothing comes this far.
    private struct NoPictures: ImageTransformer {
        func transform(
            _ bytes: [UInt8], as transform: ImageTransform
        ) async -> Result<TransformedImage, MediaError> {
            .failure(MediaError(.unusableOutput, "no picture is decoded here"))
        }
    }

    private static func server(_ onReady: @escaping @Sendable (String) async -> Void) throws -> DarkroomServer {
        let (store, clock, random) = (MemoryStore(), SystemClock(), SystemRandom())
        let address = ListenAddress(host: "127.0.0.1", port: 0)
        let callers = Callers(
            operatorToken: nil, keys: APIKeys(store: store, clock: clock, random: random), address: address,
            rates: RequestRates(RequestRates.Settings(), clock: clock))
        let access = Access(
            callers: callers, linkSigning: LinkSigning(store: store, clock: clock, random: random),
            webhookSecrets: nil)
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        return DarkroomServer.controlPlane(
            address, jobs: JobService(store: store, client: nil, clock: clock, random: random, logger: logger),
            artifacts: store, transformer: NoPictures(), access: access, replicateSecrets: nil,
            settings: InterfaceSettings(), clock: clock, addresses: { nil }, connections: ConnectionLimits(),
            isReady: { true }, logger: logger, onReady: onReady)
    }

    /// - Parameter body: given the server and its address.
    static func run(_ body: @Sendable (DarkroomServer, String) async throws -> Void) async throws {
        let (urls, told) = AsyncStream.makeStream(of: String.self)
        let server = try server { told.yield($0) }
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
}
