import ArgumentParser
import DarkroomCLI
import JSONCoding
import JobModel
import Orchestration

struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show everything that happened to a case's job: calls, waits, errors, money, epochs, deliveries.",
        discussion: """
            What goes on now is asked of the job's worker; what has ended stands in the store. Of one image, if it is named.
            """)

    @OptionGroup var job: JobOption
    @Argument(help: "Only this image, and what concerns the whole job.") var asset: String?
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let key = try job.key()
        let asset = try asset.map { try AssetNames.one($0) }
        try await Session.runTriggering(options, .reading) { _, jobs in
            guard let timeline = try await jobs.timeline(key, asset: asset) else {
                throw JobRefusal.unknown(key)
            }
            if options.json { return StandardStreams.write(try JSON.encode(timeline, style: .pretty), to: .output) }
            StandardStreams.write(TimelineText.lines(of: timeline).joined(separator: "\n") + "\n", to: .output)
        }
    }
}
