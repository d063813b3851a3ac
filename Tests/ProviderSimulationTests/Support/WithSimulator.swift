import Logging
import ProviderSimulation
import ServiceLifecycle
import Testing

struct NeverServed: Error {}

/// Runs a simulator on a free port around the body, with small pictures unless told otherwise.
func withSimulator<Value: Sendable>(
    scenario: String = "{}", configure: (inout SimulatorConfiguration) -> Void = { _ in },
    _ body: (Simulator, HTTPClient) async throws -> Value
) async throws -> Value {
    var configuration = SimulatorConfiguration(seed: 1, picture: .small)
    configure(&configuration)
    let simulator = Simulator(configuration, scenario: try Scenario(document: Array(scenario.utf8)))
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let group = ServiceGroup(services: [simulator], logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let result: Result<Value, any Error>
        do {
            guard let port = await simulator.url()?.split(separator: ":").last.flatMap({ Int($0) }) else {
                throw NeverServed()
            }
            result = .success(try await body(simulator, HTTPClient(port: port)))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try result.get()
    }
}
