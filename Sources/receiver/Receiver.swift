import ArgumentParser
import CurlClient
import DarkroomCLI
import DarkroomHTTP
import HTTPChannels
import JobModel
import LMDBStore
import Logging
import Orchestration
import ServiceLifecycle

@main
struct Receiver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receiver",
        abstract: "Takes the workers' progress webhooks and shows the state of jobs.",
        discussion: """
            Prints one line, "ready http://HOST:PORT", once it serves. DARKROOM_WEBHOOK_SECRET is what updates must be \
            signed with, DARKROOM_READ_TOKEN what the operator bears; others bear API keys made with "initiator keys create".
            """,
        version: Release.version)

    @OptionGroup var server: ServerOptions
    @OptionGroup var store: DataOption

    @Option(help: "A worker's base URL. With one, go on triggering jobs that their workers have not acknowledged.")
    var worker: [String] = []

    static func main() async { await CommandRunner.main(Receiver.self) }

    func run() async throws {
        let settings = try server.settings()
        let address = try server.address(settings)
        try ControlAccess.requireSecrets(address, settings)
        let logger = try server.logger("receiver", settings)
        let measures = Measures.server("receiver")
        let store = try Stores.open(
            try self.store.directory(settings), as: .control, measures: measures, settings)
        let (clock, random, http) = (SystemClock(), SystemRandom(), CurlClient())
        var access = try await ControlAccess.open(
            address, settings, store: store, clock: clock, random: random, logger: logger)
        access.proxies = try settings.trustedProxies()
        let policy = try settings.jobPolicy(workers: worker.isEmpty ? nil : worker.joined(separator: ","))
        let client = WorkerHTTPClient(http: http, token: try settings.token("DARKROOM_WORKER_TOKEN"))
        let jobs = JobService(
            store: store, client: policy.workers.isEmpty ? nil : client, clock: clock, random: random,
            policy: policy,
            accounts: try settings.accounts(store, clock: clock, random: random, logger: logger),
            alerts: try settings.alerts(http: http, clock: clock, logger: logger),
            alertSettings: try settings.alertSettings(), measures: measures, logger: logger)
        let routes = DarkroomServer.receiver(
            address, jobs: jobs, artifacts: store, access: access, clock: clock, measures: measures,
            connections: try settings.connectionLimits(), isReady: { (try? store.latestRevision()) != nil },
            logger: logger, onReady: { Serving.announce($0) })
        try await ServiceRunner.run([jobs, routes], address: address, logger: logger)
        await http.shutdown()
        await store.close()
    }
}
