import ArgumentParser
import DarkroomCLI
import JSONCoding
import LMDBStore
import Orchestration

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy a store, a worker's too, while it is in use.",
        discussion: """
            The copy is of one moment. It stands under its name only when it is whole and on disk; an interrupted one \
            leaves a directory named OUT.incomplete-… that can be removed.
            """)

    @OptionGroup var options: StoreOptions
    @Option(help: "The backup's directory; must not be there, its parent must.") var out: String

    func run() async throws {
        let directory = try options.store.directory(try Settings(file: options.config))
        let store = try Stores.openToRead(directory, as: nil, checksPages: true)
        let made: Result<BackupReport, any Error>
        do { made = .success(try await store.backUp(to: out)) } catch { made = .failure(error) }
        await store.close()
        let report: BackupReport
        do { report = try made.get() } catch let error as StoreError { throw Stores.failure(error) }
        if options.json {
            StandardStreams.write(try JSON.encode(report, style: .pretty), to: .output)
        } else {
            StandardStreams.write(
                "backed up to \(out): revision \(report.revision), \(report.files) large artifacts\n", to: .output)
        }
        guard report.damagedFiles.isEmpty else {
            let names = report.damagedFiles.prefix(10).joined(separator: ", ")
            throw CommandFailure(
                .failure,
                "the backup is whole, but \(report.damagedFiles.count) artifacts were damaged before: \(names)")
        }
    }
}
