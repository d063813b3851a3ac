import ArgumentParser
import CurlClient
import DarkroomHTTP
import Logging
import Orchestration
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#endif

/// Runs services until a signal or until one of them ends.
public enum ServiceRunner {
    /// The first SIGTERM or SIGINT ends the services in order, the last of the list first, each before the next. A second
    /// one ends the process at once, which is as safe as a crash.
    ///
    /// - Parameter grace: that the services may take beside the time that a server needs for answers under way.
    /// - Throws: ``CommandFailure`` in words for a person; an address in use among them.
    public static func run(
        _ services: [any Service], address: ListenAddress, grace: Duration = .zero, logger: Logger
    ) async throws {
        // Sockets are what a server of ours needs most.
        let descriptors = CurlClient.raiseDescriptorLimit()
        logger.debug("process.descriptors", metadata: ["limit": "\(descriptors)"])
        var quiet = logger
        quiet.logLevel = max(.error, logger.logLevel)
        var configuration = ServiceGroupConfiguration(services: services, logger: quiet)
        // Whoever has not ended by then is canceled: a peer that never finishes its request must not keep us up.
        configuration.maximumGracefulShutdownDuration = grace + .seconds(10)
        let group = ServiceGroup(configuration: configuration)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let watch = Task { await obey(signals, group, logger) }
        defer { watch.cancel() }
        do {
            try await group.run()
        } catch let error as StoreError {
            throw CommandFailure(.failure, "store: \(error.message)")
        } catch is CancellationError {
            // Its time was over: what was still open is cut off, which is an end in order all the same.
            return
        } catch {
            let reason = ListenFailure.words(for: error) ?? "\(error)"
            throw CommandFailure(.failure, "cannot serve on \(address.host):\(address.port): \(reason)")
        }
    }

    private static func obey(_ signals: UnixSignalsSequence, _ group: ServiceGroup, _ logger: Logger) async {
        var isEnding = false
        for await signal in signals {
            if isEnding { _exit(128 + signal.rawValue) }
            isEnding = true
            ServiceManager.tell(.stopping)
            logger.notice("process.ending", metadata: ["signal": "\(signal)"])
            await group.triggerGracefulShutdown()
        }
    }
}
