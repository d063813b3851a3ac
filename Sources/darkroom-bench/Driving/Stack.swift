import CurlClient
import JSONCoding
import ProcessDriving

#if canImport(Glibc)
import Glibc
#endif

/// The product as it runs: a provider simulator, a worker and the control plane (`initiator serve`, the receiver's routes
/// included), each a process of its own on loopback with unsigned webhooks.
final class Stack: Sendable {
    let simulator: SimulatorControl
    let control: Server
    let worker: Server
    let controlDirectory: String
    let workerDirectory: String
    private let simulatorServer: Server
    private let plan: Plan
    private let lab: Lab

    struct Plan: Sendable {
        /// `large`, `medium` or `small`.
        var picture = "small"
        /// A scenario document; empty for a picture at once.
        var scenario = "{}"
        /// `DARKROOM_…` settings of the worker.
        var worker: [String: String] = [:]
        /// Of the control plane.
        var control: [String: String] = [:]
    }

    /// Starts all three, lets `body` use them, and stops them whatever happens.
    static func run<Result: Sendable>(
        _ plan: Plan, in lab: Lab, _ body: (Stack) async throws -> Result
    ) async throws -> Result {
        let stack = try await Stack(plan, in: lab)
        do {
            let result = try await body(stack)
            await stack.stop()
            return result
        } catch {
            await stack.stop()
            throw error
        }
    }

    private init(_ plan: Plan, in lab: Lab) async throws {
        let directory = try lab.directory("stack")
        (controlDirectory, workerDirectory) = ("\(directory)/control", "\(directory)/worker")
        (self.plan, self.lab) = (plan, lab)
        try Files.write(Array(plan.scenario.utf8), to: "\(directory)/scenario.json")
        let simulator = try await Server.start(
            Command(
                program: "\(lab.binaries)/provider-simulator",
                arguments: [
                    "--listen", "127.0.0.1:0", "--picture", plan.picture, "--scenario", "\(directory)/scenario.json",
                ], log: "\(directory)/simulator.log"), by: lab.driver)
        let worker: Server
        do {
            worker = try await Stack.startWorker(
                plan, data: workerDirectory, listen: "127.0.0.1:0", simulator: simulator.url, in: lab)
        } catch {
            await simulator.end()
            throw error
        }
        do {
            control = try await Stack.startControl(
                plan, data: controlDirectory, listen: "127.0.0.1:0", worker: worker.url, in: lab)
        } catch {
            await worker.end()
            await simulator.end()
            throw error
        }
        (simulatorServer, self.worker) = (simulator, worker)
        self.simulator = SimulatorControl(url: simulator.url, process: simulator.process, http: lab.http)
    }

    /// A worker over the same directory and at the same address as the one that was killed.
    func restartWorker() async throws -> Server {
        let address = String(worker.url.dropFirst("http://".count))
        return try await Stack.startWorker(
            plan, data: workerDirectory, listen: address, simulator: simulator.url, in: lab)
    }

    /// The same for the control plane.
    func restartControl() async throws -> Server {
        let address = String(control.url.dropFirst("http://".count))
        return try await Stack.startControl(
            plan, data: controlDirectory, listen: address, worker: worker.url, in: lab)
    }

    private static func startControl(
        _ plan: Plan, data: String, listen: String, worker: String, in lab: Lab
    ) async throws -> Server {
        try await Server.start(
            Command(
                program: "\(lab.binaries)/initiator",
                arguments: ["serve", "--listen", listen, "--data", data, "--worker", worker],
                environment: plan.control, log: "\(data).log"), by: lab.driver)
    }

    private static func startWorker(
        _ plan: Plan, data: String, listen: String, simulator: String, in lab: Lab
    ) async throws -> Server {
        var environment = plan.worker
        environment["GEMINI_API_KEY"] = "bench"
        environment["GEMINI_BASE_URL"] = simulator
        environment["DARKROOM_GEMINI_MODEL"] = "simulated-image-model"
        environment["DARKROOM_PRICES"] = plan.worker["DARKROOM_PRICES"] ?? "gemini/*=unpriced"
        // What is measured is the machinery, not how long it waits.
        environment["DARKROOM_RATE_LIMIT"] = "off"
        environment["DARKROOM_CIRCUIT_BREAKER"] = "off"
        environment["DARKROOM_ALLOW_PRIVATE_ADDRESSES"] = "1"
        return try await Server.start(
            Command(
                program: "\(lab.binaries)/worker",
                arguments: ["--listen", listen, "--data", data, "--provider", "gemini"], environment: environment,
                log: "\(data).log"), by: lab.driver)
    }

    private func stop() async {
        await control.end()
        await worker.end()
        await simulatorServer.end()
    }
}
