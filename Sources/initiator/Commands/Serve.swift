import ArgumentParser
import CurlClient
import DarkroomCLI
import DarkroomHTTP
import HTTPChannels
import ImageProcessing
import JobModel
import LMDBStore
import Logging
import Orchestration
import Threads

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "The whole control plane in one process: submission, webhooks, job state, and the loop that triggers.",
        discussion: """
            Prints one line, "ready http://HOST:PORT", once it serves. Workers reach it at DARKROOM_PUBLIC_URL, or at \
            that address if it is not set. Replicate's callbacks must be signed with REPLICATE_WEBHOOK_SECRET; without it \
            they are taken from this machine only.
            """)

    @OptionGroup var server: ServerOptions
    @OptionGroup var store: DataOption

    @Option(
        help:
            "The worker's base URL; with several, as URL,URL, jobs are spread and taken over where one does not answer."
    )
    var worker: String?

    func run() async throws {
        let settings = try server.settings()
        let address = try server.address(settings)
        let policy = try settings.jobPolicy(workers: worker)
        _ = try settings.requiredWorkers(flag: worker)
        try ControlAccess.requireSecrets(address, settings)
        let replicateSecrets = try replicateSecrets(settings)
        let logger = try server.logger("initiator", settings)
        if replicateSecrets == nil { logger.notice("webhook.replicate_unsigned", metadata: ["from": "loopback only"]) }
        let measures = Measures.server("initiator")
        let store = try Stores.open(
            try self.store.directory(settings), as: .control, measures: measures, settings)
        let (clock, random, http) = (SystemClock(), SystemRandom(), CurlClient())
        var access = try await ControlAccess.open(
            address, settings, store: store, clock: clock, random: random, logger: logger)
        access.proxies = try settings.trustedProxies()
        let client = WorkerHTTPClient(http: http, token: try settings.token("DARKROOM_WORKER_TOKEN"))
        let accounts = try settings.accounts(store, clock: clock, random: random, logger: logger)
        let jobs = JobService(
            store: store, client: client, clock: clock, random: random, policy: policy, accounts: accounts,
            alerts: try settings.alerts(http: http, clock: clock, logger: logger),
            alertSettings: try settings.alertSettings(), measures: measures, logger: logger)
        let publicURL = Locked(try publicURL(address, settings))
        let routes = DarkroomServer.controlPlane(
            address, jobs: jobs, artifacts: store, transformer: VipsImageProcessor(), access: access,
            replicateSecrets: replicateSecrets,
            settings: try settings.interfaces(), clock: clock,
            addresses: {
                publicURL.withLock { $0 }.map { HandOutAddresses(worker: policy.anyWorker(), receiver: $0) }
            },
            measures: measures, connections: try settings.connectionLimits(),
            isReady: { (try? store.latestRevision()) != nil },
            logger: logger,
            onReady: { url in
                publicURL.withLock { $0 = $0 ?? url }
                Serving.announce(url)
            })
        try await ServiceRunner.run([jobs, routes], address: address, logger: logger)
        await http.shutdown()
        await store.close()
    }

    /// Nil where the address that it serves at will do.
    private func publicURL(_ address: ListenAddress, _ settings: Settings) throws -> String? {
        let url = try settings.baseURL("public-url")
        guard url != nil || !["0.0.0.0", "::"].contains(address.host) else {
            throw ValidationError("listening on every address needs DARKROOM_PUBLIC_URL: workers must know one")
        }
        return url
    }

    private func replicateSecrets(_ settings: Settings) throws -> WebhookSecrets? {
        guard let text = try settings.secret("REPLICATE_WEBHOOK_SECRET") else { return nil }
        do { return try WebhookSecrets(text) } catch {
            throw ValidationError("REPLICATE_WEBHOOK_SECRET \(error.message)")
        }
    }
}
