import ArgumentParser
import DarkroomCLI
import DarkroomHTTP
import Logging
import ProviderSimulation

@main
struct ProviderSimulator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider-simulator",
        abstract: "Speaks the wire formats of image providers, with scripted latency and misbehaviour.",
        discussion: """
            Gemini, Imagen, Replicate (with its webhooks) and the OpenAI-style images API, on one address. Prints one \
            line, "ready http://HOST:PORT", once it serves. GET /_sim/requests shows every call, GET /_sim/state the \
            sums. It takes any key and has no access control: keep it on loopback.

            DARKROOM_SIMULATOR_WEBHOOK_SECRET signs Replicate's webhooks (default: a known one, for tests).
            """)

    @OptionGroup var server: ServerOptions

    @Option(help: "A scenario file; see docs/provider-simulator.md.")
    var scenario: String?

    @Option(help: "Milliseconds added before every call. (default: 0)")
    var delayMs: Int?

    @Option(help: "The seed of every draw. (default: drawn, and logged)")
    var seed: Int?

    @Option(help: "The size of the pictures made: large, medium or small. (default: large)")
    var picture: String?

    @Option(help: "Open connections; further ones wait. (default: 16000)")
    var maxConnections: Int?

    @Option(help: "Milliseconds before a webhook is sent again, doubled each time. (default: 1000)")
    var webhookPauseMs: Int?

    @Flag(help: "Keep request bodies up to 16 kB in the record.")
    var recordBodies = false

    static func main() async { await CommandRunner.main(ProviderSimulator.self) }

    func run() async throws {
        let settings = try server.settings()
        let address = try server.address(settings, standard: "127.0.0.1:8090")
        let logger = try server.logger("provider-simulator", settings)
        if !address.isLoopback { logger.warning("simulator.open_to_network", metadata: ["host": "\(address.host)"]) }
        let simulator = Simulator(
            try configuration(address, settings), scenario: try readScenario(settings), logger: logger)
        async let announcement: Void = Self.announce(simulator)
        try await ServiceRunner.run([simulator], address: address, logger: logger)
        await announcement
    }

    private func configuration(_ address: ListenAddress, _ settings: Settings) throws -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration(host: address.host, port: address.port)
        configuration.delayMs = try settings.count("delay-ms", flag: delayMs, default: 0, in: 0...86_400_000)
        if try settings.text("seed", flag: seed.map { "\($0)" }) != nil {
            configuration.seed = UInt64(try settings.count("seed", flag: seed, default: 0, in: 0...Int.max))
        }
        configuration.picture = try settings.word("picture", flag: picture, default: .large)
        configuration.maxConnections = try settings.count(
            "max-connections", flag: maxConnections, default: 16_000, in: 1...1_000_000)
        configuration.webhookPauseMs = try settings.count(
            "webhook-pause-ms", flag: webhookPauseMs, default: 1_000, in: 1...60_000)
        if let secret = try settings.secret("DARKROOM_SIMULATOR_WEBHOOK_SECRET") {
            guard SimulatorConfiguration.isWebhookSecret(secret) else {
                throw ValidationError(
                    "DARKROOM_SIMULATOR_WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes")
            }
            configuration.webhookSecret = secret
        }
        configuration.recordBodies = try recordBodies || settings.isOn("record-bodies")
        return configuration
    }

    private func readScenario(_ settings: Settings) throws -> Scenario {
        guard let path = try settings.text("scenario", flag: scenario) else { return Scenario() }
        do throws(ScenarioError) {
            return try Scenario(file: path)
        } catch {
            throw ValidationError("\(path): \(error)")
        }
    }

    private static func announce(_ simulator: Simulator) async {
        if let url = await simulator.url() { Serving.announce(url) }
    }
}
