import ArgumentParser
import DarkroomCLI
import JSONCoding
import LMDBStore
import Orchestration
import Threads

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read everything in a store and say what is damaged or missing.",
        discussion: """
            Works on any store, a worker's too, and on a backup, beside whoever uses it; changes nothing. Exits 0 when \
            all is sound, 1 when there are faults.
            """)

    @OptionGroup var options: StoreOptions

    private struct Outcome: Codable {
        var summary: StoreCheck.Summary
        var faults: [StoreFinding]
    }

    /// Faults kept for `--json`; all are counted.
    private static let maximumFaults = 10_000

    func run() async throws {
        let directory = try options.store.directory(try Settings(file: options.config))
        let isJSON = options.json
        let faults = Locked<[StoreFinding]>([])
        let report: @Sendable (StoreFinding) -> Void = { fault in
            if !isJSON { StandardStreams.write("\(fault.at): \(fault.problem)\n", to: .output) }
            faults.withLock { if $0.count < Self.maximumFaults { $0.append(fault) } }
        }
        let lost = Locked(0)
        let store = try Stores.openToRead(
            directory, as: nil, checksPages: true,
            report: { error in
                lost.withLock { $0 += 1 }
                report(StoreFinding(at: "records", problem: error.message))
            })
        let checked: Result<StoreCheck.Summary, any Error>
        do { checked = .success(try await StoreCheck.run(store, report: report)) } catch { checked = .failure(error) }
        await store.close()
        var summary: StoreCheck.Summary
        do { summary = try checked.get() } catch let error as StoreError { throw Stores.failure(error) }
        summary.faults += lost.withLock { $0 }
        if isJSON {
            let outcome = Outcome(summary: summary, faults: faults.withLock { $0 })
            StandardStreams.write(try JSON.encode(outcome, style: .pretty), to: .output)
        } else {
            StandardStreams.write(
                "\(summary.records) records (\(summary.tombstones) of them tombstones), \(summary.artifacts) artifacts "
                    + "with \(summary.artifactBytes) bytes, \(summary.faults) faults\n", to: .output)
        }
        if summary.faults > 0 { throw ExitCode(1) }
    }
}
