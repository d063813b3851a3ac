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
        help: "The case file: {\"caseId\", \"evidence\": [{\"id\", \"name\", \"description\"}], \"locations\": […]}.")
    var caseFile: String

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
        let file = chosen(try CaseFiles.read(caseFile))
        try await Session.runTriggering(options, workers: worker) { session, jobs in
            let addresses = try addresses(session.settings)
            let reply: JobReply
            do throws(InvalidRequest) {
                let draft = JobDraft(
                    owner: .local,
                    case: try RequestRules.specification(of: file.request(webhookURL: addresses.webhookURL)),
                    options: file.options,
                    idempotencyKey: try file.idempotencyKey.map { text throws(InvalidRequest) in
                        try IdempotencyKey(text, field: "idempotencyKey")
                    })
                reply = try await jobs.submitter.submit(draft, handOut: addresses)
            } catch {
                throw CommandFailure(Exit.usage, "\(caseFile): \(error.field) \(error.message)")
            }
            try await CreationReport(session: session, jobs: jobs, isJSON: options.json).finish(reply)
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
        func url(_ name: String, _ flag: String?) throws -> String {
            guard let text = try settings.baseURL(name, flag: flag) else {
                throw ValidationError("--\(name) (or DARKROOM_\(name.uppercased())) must be a base URL")
            }
            return text
        }
        guard let first = try settings.workers(flag: worker).first else {
            throw ValidationError("--worker (or DARKROOM_WORKER) must be a base URL")
        }
        return HandOutAddresses(worker: first, receiver: try url("receiver", receiver))
    }
}

/// Case files from disk.
enum CaseFiles {
    static func read(_ path: String) throws -> CaseFile {
        let limits = JSONLimits(maximumBytes: 4 << 20)
        let bytes = try FileReading.bytes(of: path, atMost: limits.maximumBytes)
        do throws(JSONError) {
            return try JSON.decode(CaseFile.self, from: bytes, limits: limits)
        } catch {
            let place = error.path.isEmpty ? "" : "\(error.path) "
            throw CommandFailure(Exit.usage, "\(path): \(place)\(error.message)")
        }
    }
}

/// Tells the caller of a command what became of the hand-out.
struct CreationReport {
    let session: Session
    let jobs: JobService
    let isJSON: Bool

    func finish(_ reply: JobReply) async throws {
        switch reply {
        case .created(let job), .retrying(let job): try await settle(job, word: "recorded")
        case .forgotten(let job):
            throw CommandFailure(Exit.usage, "job \(job.jobID) was removed after its time; create the case anew")
        case .joined(let job): try show(job, word: "joined, it was being worked on already")
        case .overLimit(let refusal): throw CommandFailure(Exit.usage, refusal.message)
        case .conflict(_, let message): throw CommandFailure(Exit.usage, message)
        case .unknownJob: throw CommandFailure(Exit.usage, "there is no job for this case")
        case .unknownAsset(let id): throw CommandFailure(Exit.usage, "this case has no image \(id)")
        case .unavailable(let reason): throw CommandFailure(.failure, "store: \(reason)")
        case .folded, .duplicate, .ending, .otherSpecification, .staleEpoch, .staleVersion, .artifactMissing:
            throw CommandFailure(.failure, "unexpected answer")
        }
    }

    private func settle(_ created: JobRecord, word: String) async throws {
        let key = JobService.CaseKey(created.caseID)
        let limit = session.clock.now() + Create.patience
        var job = created
        while job.isTriggerOwed, job.handOut.epoch == created.handOut.epoch, session.clock.now() < limit {
            let known = try jobs.job(key)
            job = known?.record ?? job
            if job.handOut.tries >= Create.tries, !jobs.isTriggering(key) { break }
            jobs.wake(key)
            await jobs.waitForNews(of: key, after: known?.revision ?? .zero, limit: 250)
        }
        job = try jobs.job(key)?.record ?? job
        if job.handOut.acceptance == .refused {
            try show(job, word: "\(word), but the worker refuses it")
            throw CommandFailure(Exit.usage, job.lastError ?? "the worker refuses the request")
        }
        guard job.isTriggerOwed else { return try show(job, word: "\(word), a worker has it") }
        try show(job, word: "\(word), no worker reached yet")
        throw CommandFailure(Exit.notReachable, job.lastError ?? "no worker was reached")
    }

    private func show(_ job: JobRecord, word: String) throws {
        if isJSON { return StandardStreams.write(try JSON.encode(job, style: .pretty), to: .output) }
        StandardStreams.write("\(job.caseID) \(job.jobID): \(word) (\(job.assets.count) images)\n", to: .output)
    }
}
