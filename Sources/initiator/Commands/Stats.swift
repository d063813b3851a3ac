import ArgumentParser
import DarkroomCLI
import JSONCoding
import JobModel
import Orchestration

struct Stats: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "How generation went: success rate, time to completion, cost by provider and job type.",
        discussion: """
            Counts the jobs that ended in the window, and those that run now. Rates are over images, canceled ones left \
            out; the time is from a job's creation to its end. --json prints what GET /api/metrics/image-generation \
            answers.
            """)

    @Option(help: "A length such as 90s, 15m, 24h or 7d, at most 31 days.") var window = "24h"
    @Option(help: "One owner's jobs alone; \"local\" is the operator. (default: everybody's)") var owner: String?
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let owner = try owner.map { try OwnerID($0, of: "--owner") }
        let window: StatisticsWindow
        do { window = try StatisticsWindow(self.window) } catch { throw ValidationError("--window \(error.message)") }
        try await Session.run(options) { session in
            let stuckAfter = try session.settings.jobPolicy().stuckAfter
            let desk = StatisticsDesk(
                store: session.store, clock: session.clock, stuckAfter: stuckAfter, logger: session.logger)
            let figures = try await desk.statistics(of: owner, window: window)
            let text = options.json ? try JSON.encode(figures) + [UInt8(ascii: "\n")] : StatisticsText.bytes(figures)
            StandardStreams.write(text, to: .output)
        }
    }
}
