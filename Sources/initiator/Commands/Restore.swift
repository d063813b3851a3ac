import ArgumentParser
import DarkroomCLI
import JSONCoding
import LMDBStore
import Orchestration

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a store of a backup.",
        discussion: """
            Jobs that had not ended when the backup was made are handed out anew, in epochs above all that their workers \
            know; pictures made since are welcome still. A store that is replaced is kept beside it. Stop all servers \
            of the directory first.
            """)

    @OptionGroup var options: StoreOptions
    @Option(help: "The directory that `initiator backup` made.") var from: String
    @Flag(help: "Put a store that is there aside.") var replace = false

    private struct Outcome: Codable {
        var records: Int
        var reopened: Int
        /// Where the former store is now.
        var replaced: String?
    }

    func run() async throws {
        let directory = try options.store.directory(try Settings(file: options.config))
        var restoreOptions = StoreRestore.Options()
        restoreOptions.replaces = replace
        var report = RestoredRecords.Report()
        let replaced: String?
        do {
            let restore = try StoreRestore(from: from, to: directory, options: restoreOptions)
            replaced = try await restore.run { store in
                report = try await RestoredRecords(store: store, clock: SystemClock(), random: SystemRandom()).run()
            }
        } catch let error as StoreError {
            throw Stores.failure(error)
        }
        let outcome = Outcome(records: report.records, reopened: report.reopened, replaced: replaced)
        if options.json {
            StandardStreams.write(try JSON.encode(outcome, style: .pretty), to: .output)
        } else {
            let former = replaced.map { "; the former store is \($0)" } ?? ""
            StandardStreams.write(
                "restored \(outcome.records) records, \(outcome.reopened) jobs go on\(former)\n", to: .output)
        }
    }
}
