import ArgumentParser
import DarkroomCLI
import HTTPChannels
import JSONCoding
import JobModel
import Orchestration

struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record a job for a case and hand it to a worker; returns at once.",
        discussion: """
            Exits 0 when a worker has the job, 5 when it is recorded but no worker was reached (a running `initiator \
            serve` or `receiver --worker` goes on trying), 2 when the case file is wrong or the case is being worked on \
            with another request.
            """)

    @Argument(
        help: "The case file: {\"caseId\", \"evidence\": [{\"id\", \"name\", \"description\"}], \"locations\": […]}.",
        completion: .file(extensions: ["json"]))
    var caseFile: String

    @OptionGroup var owner: OwnerOption
    @OptionGroup var options: StoreOptions

    @Option(help: "The worker's base URL; with several, as URL,URL, the next takes over where one does not answer.")
    var worker: String?

    @Option(help: "The receiver's base URL, as the worker reaches it.")
    var receiver: String?

    @Option(help: "The worker's providers to ask, in this order, as NAME,NAME,…; the case file's options else.")
    var providers: String?

    @Flag(help: "Put words that one provider refuses to the next.")
    var fallbackOnRefusal = false

    /// Tries of the trigger, all within ``patience``.
    static let tries = 3
    static let patience: Milliseconds = 5_000

    func run() async throws {
        let (file, owner) = (chosen(try CaseFiles.read(caseFile)), try owner.id())
        try await Session.runTriggering(options, workers: worker) { session, jobs in
            let addresses = try addresses(session.settings)
            let reply: JobReply
            do throws(InvalidRequest) {
                var draft = JobDraft(
                    owner: owner,
                    case: try RequestRules.specification(of: file.request(webhookURL: addresses.webhookURL)),
                    options: file.options,
                    idempotencyKey: try file.idempotencyKey.map { text throws(InvalidRequest) in
                        try IdempotencyKey(text, field: "idempotencyKey")
                    })
                draft.trace = session.settings.foreign("TRACEPARENT").flatMap(TraceParent.init(header:))
                reply = try await jobs.submitter.submit(draft, handOut: addresses)
            } catch {
                throw CommandFailure(Exit.usage, "\(caseFile): \(error.field) \(error.message)")
            }
            let key = JobService.CaseKey(file.caseID, owner: owner)
            let again = "then run the same command again or leave it to"
            try await CreationReport(session: session, jobs: jobs, key: key, isJSON: options.json, again: again)
                .finish(reply)
        }
    }

    /// The flags win over the file.
    private func chosen(_ file: CaseFile) -> CaseFile {
        var (file, options) = (file, file.options ?? RunOptions())
        if let providers {
            options.providers = providers.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        if fallbackOnRefusal { options.fallbackOnRefusal = true }
        if options != RunOptions() { file.options = options }
        return file
    }

    private func addresses(_ settings: Settings) throws -> HandOutAddresses {
        let workers = try settings.requiredWorkers(flag: worker)
        guard let receiver = try settings.baseURL("receiver", flag: receiver) else {
            throw ValidationError(
                "--receiver is missing: name the base URL of the receiver as the worker reaches it, such as "
                    + "http://127.0.0.1:8080 (or set DARKROOM_RECEIVER)")
        }
        return HandOutAddresses(worker: workers[0], receiver: receiver)
    }
}
