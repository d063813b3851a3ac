import CurlClient
import ProcessDriving

/// The product as it runs here: a provider, two workers and a control side, each behind a proxy.
final class Stage: Sendable {
    let simulator: SimulatorControl
    let control: Role
    let workers: [Role]
    private let provider: Server
    private let commands: StageCommands
    private let driver: Driver

    /// - Throws: ``DrivingFailure``; nothing is left running then.
    init(_ plan: Plan, http: CurlClient, by driver: Driver) async throws {
        self.driver = driver
        try Files.write(Array(StageCommands.scenario(seed: plan.seed).utf8), to: "\(plan.directory)/scenario.json")
        provider = try await Server.start(StageCommands.provider(plan), by: driver)
        simulator = SimulatorControl(url: provider.url, process: provider.process, http: http)
        do {
            let proxies = try ["control", "worker-1", "worker-2"].map {
                try FaultyProxy(seed: plan.seed, name: $0, rates: plan.rates)
            }
            let commands = StageCommands(
                plan: plan, provider: provider.url, control: proxies[0].url, workers: proxies[1...].map(\.url))
            self.commands = commands
            let dice = Dice(seed: plan.seed, stream: "control's forms")
            control = Role("control", behind: proxies[0], by: driver) { commands.control(dice) }
            workers = [1, 2].map { number in
                Role("worker-\(number)", behind: proxies[number], by: driver) { commands.worker(number) }
            }
            for role in workers + [control] { try await role.start() }
        } catch {
            await provider.end()
            throw error
        }
    }

    var roles: [Role] { [control] + workers }

    /// The worker that jobs know by this address.
    func worker(at url: String) -> Role? { workers.first { $0.proxy.url == url } }

    func create(_ file: String, worker: Role) -> Command { commands.create(file, worker: worker.proxy.url) }

    func heal() { for role in roles { role.proxy.heal() } }

    /// Ends all processes and proxies.
    /// - Returns: what did not end in order.
    func stop() async -> [String] {
        var complaints: [String] = []
        for role in roles {
            if let code = await role.stop(), code != 0 { complaints.append("\(role.name) ended with code \(code)") }
        }
        for role in roles { await role.proxy.close() }
        await provider.end()
        return complaints
    }
}

/// How everything is started.
struct StageCommands: Sendable {
    let plan: Plan
    let provider: String
    /// By their proxies' addresses.
    let control: String
    let workers: [String]

    /// Latency, and now and then a refusal to serve that is certain to have cost nothing: what is paid twice is then the
    /// doing of a kill.
    static func scenario(seed: UInt64) -> String {
        """
        {"seed": \(seed % 1_000_000), "rules": [
          {"do": {"delay": {"medianMs": 250, "sigma": 0.7}}, "continue": true},
          {"probability": 0.03, "do": {"status": 503}},
          {"probability": 0.01, "do": {"status": 429, "retryInfoMs": 300}}
        ]}
        """
    }

    static func provider(_ plan: Plan) -> Command {
        Command(
            program: "\(plan.binaries)/provider-simulator",
            arguments: [
                "--listen", "127.0.0.1:0", "--picture", "small", "--scenario", "\(plan.directory)/scenario.json",
            ], log: "\(plan.directory)/provider.log")
    }

    /// Two providers each, in either order.
    func worker(_ number: Int) -> Command {
        let environment = [
            "GEMINI_API_KEY": "chaos", "GEMINI_BASE_URL": provider, "DARKROOM_GEMINI_MODEL": "simulated-image-model",
            "REPLICATE_API_TOKEN": "chaos", "REPLICATE_BASE_URL": provider,
            "DARKROOM_REPLICATE_MODEL": "chaos/simulated",
            "DARKROOM_PRICES": "gemini/*=\(Prices.gemini) replicate/*=\(Prices.replicate)",
            "DARKROOM_RATE_LIMIT": "off", "DARKROOM_BACKOFF_FIRST": "0.5", "DARKROOM_BACKOFF_CAP": "2",
            "DARKROOM_MAX_ATTEMPTS": "10", "DARKROOM_WORKER_TOKEN": Credentials.workerToken,
        ]
        return Command(
            program: "\(plan.binaries)/worker",
            arguments: [
                "--listen", "127.0.0.1:0", "--data", "\(plan.directory)/worker-\(number)", "--provider",
                number == 1 ? "gemini,replicate" : "replicate,gemini",
            ], environment: environment.merging(common) { $1 }, log: "\(plan.directory)/worker-\(number).log")
    }

    /// The whole control plane, or the receiver alone over the same store.
    func control(_ dice: Dice) -> Command {
        let isWhole = dice.happens(0.7)
        let arguments = [
            "--listen", "127.0.0.1:0", "--data", "\(plan.directory)/control", "--worker",
            workers.joined(separator: ","),
        ]
        return Command(
            program: "\(plan.binaries)/\(isWhole ? "initiator" : "receiver")",
            arguments: (isWhole ? ["serve"] : []) + arguments,
            environment: [
                "DARKROOM_PUBLIC_URL": control, "DARKROOM_WORKER_TOKEN": Credentials.workerToken,
                // Asked much sooner than anybody would in earnest, so that questions and webhooks cross.
                "DARKROOM_SILENCE": "3",
            ].merging(common) { $1 },
            log: "\(plan.directory)/control.log")
    }

    func create(_ file: String, worker: String) -> Command {
        let others = workers.filter { $0 != worker }
        return Command(
            program: "\(plan.binaries)/initiator",
            arguments: [
                "create", file, "--data", "\(plan.directory)/control", "--worker",
                ([worker] + others).joined(separator: ","), "--receiver", control,
            ], environment: ["DARKROOM_WORKER_TOKEN": Credentials.workerToken].merging(common) { $1 },
            log: "\(plan.directory)/create.log")
    }

    private var common: [String: String] {
        ["DARKROOM_ALLOW_PRIVATE_ADDRESSES": "1", "DARKROOM_WEBHOOK_SECRET": Credentials.webhookSecret]
    }
}
