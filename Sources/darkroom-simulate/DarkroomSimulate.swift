import ArgumentParser
import HistorySimulation
import Threads

#if canImport(Glibc)
import Glibc
#endif

@main
struct DarkroomSimulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "darkroom-simulate",
        abstract: "Runs seeded histories of the control side, workers, network, providers and disks, and checks rules.",
        discussion: "Exits with 1 at a broken rule, and prints the seed, the rule and the last steps of that history.")

    @Argument(help: "How many histories.")
    var count: UInt64 = 100_000

    @Option(help: "The first seed.")
    var from: UInt64 = 0

    @Option(help: "Run the history of this seed alone.")
    var seed: UInt64?

    @Flag(help: "Print the whole history. (with --seed)")
    var trace = false

    @Flag(help: "Print how often each thing happened.")
    var coverage = false

    @Option(help: "So many of a history's last lines are printed when it breaks a rule.")
    var lines = 60

    @Option(help: "Threads. (default: one for each processor)")
    var threads = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    func validate() throws {
        guard count >= 1, !from.addingReportingOverflow(count).overflow else {
            throw ValidationError("The count must be 1 or more, and the last seed below 2^64.")
        }
        guard (1...256).contains(threads) else { throw ValidationError("The threads must be 1 to 256.") }
        guard lines >= 0 else { throw ValidationError("The lines must be 0 or more.") }
    }

    func run() async throws {
        if let seed { try replay(seed) } else { try await search() }
    }

    private func replay(_ seed: UInt64) throws {
        Output.line("seed \(seed)")
        let outcome = History.run(seed: seed, isTraced: trace)
        for line in outcome.lines { Output.line(line) }
        Output.line("\(outcome.steps) steps, digest \(String(outcome.digest, radix: 16))")
        if coverage { show(outcome.coverage) }
        guard let violation = outcome.violation else { return }
        if !trace { tell(violation) }
        throw ExitCode(1)
    }

    private func search() async throws {
        let watch = SeedWatch(threads: threads)
        let clock = ContinuousClock()
        let (start, progress) = (clock.now, Progress(of: count))
        let report = await Campaign.run(
            seeds: from..<from + count, threads: threads, begins: { watch.begins($0, thread: $1) },
            progress: { progress.show($0) })
        let spent = start.duration(to: clock.now)
        progress.end()
        Output.line(Progress.summary(report, spent: spent))
        if coverage { show(report.coverage) }
        guard let violation = report.violation else { return }
        tell(violation)
        throw ExitCode(1)
    }

    private func tell(_ violation: Violation) {
        let history = History.run(seed: violation.seed, isTraced: true)
        for line in history.lines.suffix(lines) { Output.line(line) }
        Output.line(
            "seed \(violation.seed) broke \(violation.rule.rawValue) at step \(violation.step): \(violation.message)")
        Output.line("the whole history: scripts/simulate --seed \(violation.seed) --trace")
    }

    private func show(_ coverage: Coverage) {
        for happening in Happening.allCases { Output.line("\(coverage[happening])\t\(happening)") }
    }
}
