import ArgumentParser
import CurlClient
import DarkroomHTTP
import Logging
import Orchestration
import ServiceLifecycle
import UnixSignals

/// Runs services until a signal or until one of them ends.
public enum ServiceRunner {
    /// - Throws: ``CommandFailure`` in words for a person; an address in use among them.
    public static func run(_ services: [any Service], address: ListenAddress, logger: Logger) async throws {
        // Sockets are what a server of ours needs most.
        let descriptors = CurlClient.raiseDescriptorLimit()
        logger.debug("process.descriptors", metadata: ["limit": "\(descriptors)"])
        var quiet = logger
        quiet.logLevel = max(.error, logger.logLevel)
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        // Whoever has not ended by then is canceled: a peer that never finishes its request must not keep us up.
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        do {
            try await group.run()
        } catch let error as StoreError {
            throw CommandFailure(.failure, "store: \(error.message)")
        } catch {
            throw CommandFailure(.failure, "cannot serve on \(address.host):\(address.port): \(error)")
        }
    }
}
