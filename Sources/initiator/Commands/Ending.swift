import ArgumentParser
import DarkroomCLI
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

    @OptionGroup var job: JobOption
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let key = try job.key()
        try await Session.runTriggering(options) { session, jobs in
            let reply = await jobs.cancel(key)
            try await EndingReport(session: session, jobs: jobs, key: key, isJSON: options.json).finish(reply)
        }
    }
}

struct ForceFinish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "force-finish",
        abstract: "End a case's job now with what it has, whatever its worker does.",
        discussion: "The worker is told to stop. Pictures that it made all the same are still taken.")

    @OptionGroup var job: JobOption
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let key = try job.key()
        try await Session.runTriggering(options) { session, jobs in
            let reply = await jobs.forceFinish(key)
            try await EndingReport(session: session, jobs: jobs, key: key, isJSON: options.json).finish(reply)
        }
    }
}

/// Tells the caller of a command how far the end of a job has come.
private struct EndingReport {
    let session: Session
    let jobs: JobService
    let key: JobService.CaseKey
    let isJSON: Bool

    func finish(_ reply: JobReply) async throws {
        switch reply {
        case .ending(let job): try show(try await settled(job))
        case .conflict(let code, let message): throw JobRefusal.conflict(code, message, key)
        case .unknownJob: throw JobRefusal.unknown(key)
        case .forgotten(let job): throw JobRefusal.forgotten(job)
        case .unavailable(let reason): throw CommandFailure(.failure, "store: \(reason)")
        default: throw CommandFailure(.failure, "unexpected answer")
        }
    }

    /// The job when its end has come or its worker was told, or when patience is over.
    private func settled(_ asked: JobRecord) async throws -> JobRecord {
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
