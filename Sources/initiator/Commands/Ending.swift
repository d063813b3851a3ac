import ArgumentParser
import CurlClient
import DarkroomCLI
import HTTPChannels
import JSONCoding
import JobModel
import Orchestration

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End a case's job before its time; what was made is kept.",
        discussion: """
            Exits 0 when the wish is recorded. A running `initiator serve`, or `receiver --worker`, goes on telling a \
            worker that cannot be reached now; the job ends when the worker has said its last word, and at the latest when \
            its time for starting calls is over. A job that has ended already: 2.
            """)

    @Argument(help: "The case id.") var caseID: String
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let key = JobService.CaseKey(try Session.caseID(caseID))
        try await Session.runTriggering(options) { session, jobs in
            try await EndingReport(session: session, jobs: jobs, isJSON: options.json).finish(await jobs.cancel(key))
        }
    }
}

struct ForceFinish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "force-finish",
        abstract: "End a case's job now with what it has, whatever its worker does.",
        discussion: "The worker is told to stop. Pictures that it made all the same are still taken.")

    @Argument(help: "The case id.") var caseID: String
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let key = JobService.CaseKey(try Session.caseID(caseID))
        try await Session.runTriggering(options) { session, jobs in
            let reply = await jobs.forceFinish(key)
            try await EndingReport(session: session, jobs: jobs, isJSON: options.json).finish(reply)
        }
    }
}

struct Redeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have a worker send the last webhook of a job once more.",
        discussion: """
            With --all-failed: of every job whose last webhook could not be delivered, at each worker named by --worker. \
            Exits 0 when the worker takes it, 5 when it cannot be reached, 2 when it does not have the run any more.
            """)

    @Argument(help: "The case id.") var caseID: String?
    @Flag(help: "All whose delivery has been given up.") var allFailed = false
    @Option(help: "The workers' base URLs, for --all-failed.") var worker: String?
    @OptionGroup var options: StoreOptions

    func validate() throws {
        guard (caseID != nil) != allFailed else { throw ValidationError("name a case, or --all-failed") }
    }

    func run() async throws {
        guard let caseID else { return try await redeliverAll() }
        let key = JobService.CaseKey(try Session.caseID(caseID))
        try await Session.runTriggering(options) { _, jobs in
            switch try await jobs.redeliver(key) {
            case .taken: StandardStreams.write("\(key.caseID): the worker sends it again\n", to: .output)
            case .unknown: throw CommandFailure(Exit.usage, "the job's worker does not have its run any more")
            case .unreachable(let reason): throw CommandFailure(Exit.notReachable, reason)
            case nil: throw CommandFailure(Exit.usage, "there is no job for case \(key.caseID)")
            }
        }
    }

    private func redeliverAll() async throws {
        let settings = try Settings(file: options.config)
        let workers = try settings.workers(flag: worker)
        guard !workers.isEmpty else { throw ValidationError("--worker (or DARKROOM_WORKER) must name the workers") }
        let http = CurlClient()
        let client = WorkerHTTPClient(http: http, token: try settings.token("DARKROOM_WORKER_TOKEN"))
        var failure: String?
        for worker in workers {
            switch await client.redeliverAll(at: worker) {
            case .success(let count): StandardStreams.write("\(worker): \(count) sent again\n", to: .output)
            case .failure(let error): failure = error.reason
            }
        }
        await http.shutdown()
        if let failure { throw CommandFailure(Exit.notReachable, failure) }
    }
}

/// Tells the caller of a command how far the end of a job has come.
private struct EndingReport {
    let session: Session
    let jobs: JobService
    let isJSON: Bool

    func finish(_ reply: JobReply) async throws {
        switch reply {
        case .ending(let job): try show(try await settled(job))
        case .conflict(_, let message): throw CommandFailure(Exit.usage, message)
        case .unknownJob: throw CommandFailure(Exit.usage, "there is no job for this case")
        case .forgotten(let job): throw CommandFailure(Exit.usage, "job \(job.jobID) was removed after its time")
        case .unavailable(let reason): throw CommandFailure(.failure, "store: \(reason)")
        default: throw CommandFailure(.failure, "unexpected answer")
        }
    }

    /// The job when its end has come or its worker was told, or when patience is over.
    private func settled(_ asked: JobRecord) async throws -> JobRecord {
        let key = JobService.CaseKey(asked.caseID)
        let limit = session.clock.now() + Create.patience
        var job = asked
        while session.clock.now() < limit {
            let known = try jobs.job(key)
            job = known?.record ?? job
            let isTold = job.cancel?.isAnswered ?? true
            if isTold, job.isFinal || job.cancel != nil { break }
            jobs.wake(key)
            await jobs.waitForNews(of: key, after: known?.revision ?? .zero, limit: 250)
        }
        return job
    }

    private func show(_ job: JobRecord) throws {
        if isJSON { return StandardStreams.write(try JSON.encode(job, style: .pretty), to: .output) }
        let told =
            job.cancel.map { $0.isAnswered ? ", its worker knows" : ", its worker has not been reached yet" } ?? ""
        let standing = "\(job.status.rawValue) \(job.completedImages)/\(job.assets.count)"
        StandardStreams.write(
            "\(job.caseID): \(job.isFinal ? standing : "ending, now \(standing)")\(told)\n", to: .output)
    }
}
