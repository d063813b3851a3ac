import ArgumentParser
import CurlClient
import DarkroomCLI
import DarkroomHTTP
import HTTPChannels
import JobModel
import LMDBStore
import Orchestration
import Threads

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "The whole control plane in one process: submission, webhooks, job state, and the loop that triggers.",
        discussion: """
            Prints one line, "ready http://HOST:PORT", once it serves. Workers reach it at DARKROOM_PUBLIC_URL, or at \
            that address if it is not set.
            """)

    @OptionGroup var server: ServerOptions
    @OptionGroup var store: DataOption

    @Option(help: "The worker's base URL.")
    var worker: String?

    func run() async throws {
        let settings = try server.settings()
        let address = try server.address(settings)
        guard let worker = try settings.baseURL("worker", flag: worker) else {
            throw ValidationError("--worker (or DARKROOM_WORKER) must be a base URL")
        }
        let access = Access(
            workerToken: nil, readToken: try settings.token("DARKROOM_READ_TOKEN"),
            webhookSecrets: try settings.webhookSecrets())
        try Serving.requireSecrets(
            address,
            [
                ("DARKROOM_WEBHOOK_SECRET", access.webhookSecrets != nil),
                ("DARKROOM_READ_TOKEN", access.readToken != nil),
            ])
        let logger = try server.logger("initiator", settings)
        let store = try Stores.open(try self.store.directory(settings), settings)
        let (clock, http) = (SystemClock(), CurlClient())
        let client = WorkerHTTPClient(http: http, token: try settings.token("DARKROOM_WORKER_TOKEN"))
        let jobs = JobService(store: store, client: client, clock: clock, random: SystemRandom(), logger: logger)
        let publicURL = Locked(try settings.baseURL("public-url"))
        guard !["0.0.0.0", "::"].contains(address.host) || publicURL.withLock({ $0 != nil }) else {
            throw ValidationError("listening on every address needs DARKROOM_PUBLIC_URL: workers must know one")
        }
        let routes = DarkroomServer.controlPlane(
            address, jobs: jobs, artifacts: store, access: access, clock: clock,
            addresses: { publicURL.withLock { $0 }.map { HandOutAddresses(worker: worker, receiver: $0) } },
            isReady: { (try? store.latestRevision()) != nil }, logger: logger,
            onReady: { url in
                publicURL.withLock { $0 = $0 ?? url }
                Serving.announce(url)
            })
        try await ServiceRunner.run([jobs, routes], address: address, logger: logger)
        await http.shutdown()
        await store.close()
    }
}
