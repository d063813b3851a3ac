import ArgumentParser
import CurlClient
import DarkroomCLI
import HTTPChannels
import JSONCoding
import JobModel
import Orchestration

struct Redeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have a worker send the last webhook of a job once more.",
        discussion: """
            With --all-failed: of every job whose last webhook could not be delivered, at each worker named by --worker. \
            Exits 0 when the worker takes it, 5 when it cannot be reached, 2 when it does not have the run any more.
            """)

    @Argument(
        help: "The case's id; of other jobs the job's own id.",
        completion: .custom { words, _, prefix in await CaseNames.complete(words, prefix) })
    var caseID: String?
    @OptionGroup var owner: OwnerOption
    @Flag(help: "All whose delivery has been given up.") var allFailed = false
    @Option(help: "The workers' base URLs, for --all-failed.") var worker: String?
    @OptionGroup var options: StoreOptions

    /// What `--json` prints: of a job its ids, of a worker its address and how many it sends again.
    private struct Outcome: Encodable {
        var caseID: CaseID?
        var worker: String?
        var redelivered: Int

        private enum CodingKeys: String, CodingKey {
            case caseID = "caseId"
            case worker
            case redelivered
        }
    }

    func validate() throws {
        guard (caseID != nil) != allFailed else { throw ValidationError("name a case, or --all-failed") }
    }

    func run() async throws {
        guard let caseID else { return try await redeliverAll() }
        let key = try JobOption.key(caseID, owner)
        try await Session.runTriggering(options) { _, jobs in
            switch try await jobs.redeliver(key) {
            case .taken:
                try show(Outcome(caseID: key.caseID, redelivered: 1), "\(key.caseID): the worker sends it again")
            case .unknown:
                throw CommandFailure(
                    Exit.usage,
                    "the job's worker does not have its run any more: what was folded so far is all there is "
                        + "(`initiator status \(key.caseID)`)")
            case .unreachable(let reason):
                throw CommandFailure(Exit.notReachable, "\(reason): start it, then try again")
            case nil: throw JobRefusal.unknown(key)
            }
        }
    }

    private func redeliverAll() async throws {
        let settings = try Settings(file: options.config)
        let workers = try settings.requiredWorkers(flag: worker)
        let http = CurlClient()
        let client = WorkerHTTPClient(http: http, token: try settings.token("DARKROOM_WORKER_TOKEN"))
        var failures: [String] = []
        for worker in workers {
            switch await client.redeliverAll(at: worker) {
            case .success(let count):
                try show(Outcome(worker: worker, redelivered: count), "\(worker): \(count) sent again")
            case .failure(let error): failures.append(error.reason)
            }
        }
        await http.shutdown()
        guard failures.isEmpty else { throw CommandFailure(Exit.notReachable, failures.joined(separator: "; ")) }
    }

    private func show(_ outcome: Outcome, _ words: String) throws {
        let line = options.json ? try JSON.encode(outcome) : Array(words.utf8)
        StandardStreams.write(line + [UInt8(ascii: "\n")], to: .output)
    }
}
