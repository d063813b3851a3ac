import ArgumentParser
import CurlClient
import DarkroomCLI
import DarkroomHTTP
import HTTPChannels
import ImageProcessing
import ImageProviders
import LMDBStore
import Logging
import Orchestration
import ServiceLifecycle
import UnixSignals

@main
struct Worker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Makes the images of the runs it is handed, and tells their receivers.",
        discussion: """
            Prints one line, "ready http://HOST:PORT", once it serves. Secrets come from the environment: \
            DARKROOM_WEBHOOK_SECRET signs webhooks, DARKROOM_WORKER_TOKEN is asked of whoever hands it work, \
            GEMINI_API_KEY, REPLICATE_API_TOKEN and OPENAI_API_KEY go to the providers.
            """,
        version: Release.version)

    @OptionGroup var server: ServerOptions
    @OptionGroup var store: DataOption

    @Option(help: "local, gemini, imagen, replicate, openai; several with commas are a fallback list. (default: local)")
    var provider: String?

    @Option(help: "The Gemini model; of every provider but local nothing is assumed.")
    var geminiModel: String?

    @Option(help: "The Imagen model.")
    var imagenModel: String?

    @Option(help: "The Replicate model: owner/name, owner/name:version or deployments/owner/name.")
    var replicateModel: String?

    @Option(help: "The model of the OpenAI-style server.")
    var openaiModel: String?

    private var models: [ProviderName: String] {
        [.gemini: geminiModel, .imagen: imagenModel, .replicate: replicateModel, .openai: openaiModel]
            .compactMapValues { $0 }
    }

    static func main() async { await CommandRunner.main(Worker.self) }

    func run() async throws {
        let settings = try server.settings()
        let address = try server.address(settings)
        let access = Access(
            workerToken: try settings.token("DARKROOM_WORKER_TOKEN"), webhookSecrets: try settings.webhookSecrets())
        try Serving.requireSecrets(
            address,
            [
                ("DARKROOM_WORKER_TOKEN", access.workerToken != nil),
                ("DARKROOM_WEBHOOK_SECRET", access.webhookSecrets != nil),
            ])
        let logger = try server.logger("worker", settings)
        let measures = Measures.server("worker")
        let store = try Stores.open(
            try self.store.directory(settings), as: .worker, exclusive: true, measures: measures, settings)
        let (clock, random) = (SystemClock(), SystemRandom())
        let http = CurlClient()
        let images = VipsImageProcessor()
        let limits = WorkerSettings(
            limits: try settings.runLimits(),
            maximumRuns: try settings.maximumRuns(),
            callsAtOnce: try settings.callsAtOnce(),
            hasBreakers: try settings.hasBreakers(), policy: try settings.runPolicy(),
            shutdownGrace: try settings.shutdownGrace())
        let calling: any HTTPSending = try settings.tracesProviders() ? TracedHTTP(over: http) : http
        let roster = try Providers.roster(provider, models: models, settings, calling, images)
        let service = WorkerService(
            store: store, roster: roster, transformer: images,
            sender: WebhookSender(
                http: http, secrets: access.webhookSecrets, policy: try settings.egressPolicy(), clock: clock),
            clock: clock, random: random, settings: limits,
            inputs: InputReader(http: http, policy: try settings.egressPolicy()),
            alerts: try settings.alerts(http: http, clock: clock, logger: logger),
            alertSettings: try settings.alertSettings(), measures: measures,
            logger: logger)
        let routes = DarkroomServer.worker(
            address, worker: service,
            admission: RunAdmission(settings: limits, roster: roster, clock: clock, random: random),
            policy: try settings.egressPolicy(), access: access,
            measures: measures, connections: try settings.connectionLimits(),
            isReady: { !service.isDraining && (try? store.latestRevision()) != nil },
            logger: logger, onReady: { Serving.announce($0) })
        // The routes go on answering while the service drains.
        try await ServiceRunner.run(
            [routes, service], address: address, grace: .milliseconds(limits.shutdownGrace), logger: logger)
        await http.shutdown()
        await store.close()
    }
}
