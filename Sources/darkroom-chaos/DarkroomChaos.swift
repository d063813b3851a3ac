import ArgumentParser
import CurlClient
import ProcessDriving
import Threads

#if canImport(Glibc)
import Glibc
#endif

@main
struct DarkroomChaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "darkroom-chaos",
        abstract: "Kills Darkroom's processes at random moments over a bad network, and checks what it promises.",
        discussion: """
            Starts a provider simulator, two workers and the control side on loopback, with a proxy between control and \
            workers in both directions. Cases come all the while. When the kills are over nothing is in the way any more, \
            all jobs must end, and what is seen over HTTP and in the provider's own record is held against the promises. Exit code 0 \
            if all hold, 1 if not.
            """)

    @Option(help: "Processes killed. Without any, the network alone is bad.")
    var kills = 300
    @Option(help: "Repeats the mix of an earlier run; its timing is the machine's. (default: another every time)")
    var seed: UInt64?
    @Option(help: "Seconds after which no more is killed.")
    var seconds = 540
    @Option(help: "Seconds that jobs have to end when the last was asked for and the kills are over.")
    var patience = 300
    @Option(help: "Cases in all. (default: as many as the kills leave time for, 60 without kills)")
    var cases: Int?
    @Option(help: "Cases being worked on at one time.")
    var alive = 24
    @Option(help: "Share of messages lost, before or behind the receiver.")
    var loss = 0.04
    @Option(help: "Share of messages that come twice.")
    var double = 0.05
    @Option(help: "Share of messages that come later.")
    var delay = 0.1
    @Option(help: "Share of messages at which the connection breaks.")
    var cut = 0.04
    @Flag(help: "A fifth of the messages come behind later ones, instead of every thirtieth.")
    var reorder = false
    @Option(help: "Where initiator, worker, receiver and provider-simulator are. (default: beside this program)")
    var bin: String?

    func validate() throws {
        for share in [loss, double, delay, cut] where !(0...1).contains(share) {
            throw ValidationError("shares are from 0 to 1")
        }
        guard kills >= 0, seconds > 0, patience > 0, alive > 0, cases ?? 1 > 0 else {
            throw ValidationError("counts and times are positive")
        }
    }

    func run() async throws {
        CurlClient.raiseDescriptorLimit()
        let directory = try Files.temporaryDirectory("darkroom-chaos")
        try Files.makeDirectory("\(directory)/cases")
        let plan = Plan(
            kills: kills, seed: seed ?? UInt64.random(in: 1...999_999_999), cases: cases ?? (kills == 0 ? 60 : nil),
            rates: FaultRates(loss: loss, double: double, delay: delay, cut: cut, reorder: reorder ? 0.2 : 0.03),
            limit: .seconds(seconds), patience: .seconds(patience), alive: alive,
            binaries: try bin ?? Files.ownDirectory(), directory: directory)
        let isGood = await play(plan)
        if isGood {
            Files.remove(directory)
        } else {
            Output.note("logs and stores are kept in \(directory)")
            throw ExitCode(1)
        }
    }

    private func play(_ plan: Plan) async -> Bool {
        let (http, pool) = (CurlClient(), BlockingPool(name: "chaos", threads: plan.alive + 4))
        Output.note("seed \(plan.seed)")
        let run = Run(plan, http: http, driver: Driver(pool: pool, note: { Output.note($0) }))
        var isGood = false
        do {
            let account = try await run.make()
            let findings = run.findings.all
            Output.line(Report(plan: plan, account: account, findings: findings).text)
            isGood = findings.isEmpty && account.sums.lost == 0 && account.sums.unlabelled == 0
        } catch {
            run.findings.add("\(error)")
        }
        for finding in run.findings.all { Output.note(finding) }
        if !isGood { Output.note("FAILED with seed \(plan.seed)") }
        await http.shutdown()
        await pool.shutdown()
        return isGood
    }
}
