import ArgumentParser
import DarkroomCLI
import JSONCoding
import JobModel
import LMDBStore
import Orchestration

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a case's job; the exit code tells the outcome, 6 while it is not final.")

    @Argument(help: "The case id.") var caseID: String
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let caseID = try Session.caseID(caseID)
        let job = try await Session.run(options) { session in
            let jobs = try session.jobs(http: nil)
            return try session.job(caseID, jobs).record
        }
        if options.json {
            StandardStreams.write(try JSON.encode(job, style: .pretty), to: .output)
        } else {
            StandardStreams.write(JobText.lines(of: job).joined(separator: "\n") + "\n", to: .output)
        }
        throw Exit.code(of: job)
    }
}

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow a case's job until it is final: a live bar on a terminal, plain lines otherwise.")

    @Argument(help: "The case id.") var caseID: String
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let caseID = try Session.caseID(caseID)
        let job = try await Session.run(options) { session in
            let jobs = try session.jobs(http: nil)
            var display = ProgressDisplay(isJSON: options.json)
            var (job, revision) = try session.job(caseID, jobs)
            display.show(job)
            while !job.isFinal {
                await jobs.waitForNews(of: JobService.CaseKey(caseID), after: revision, limit: 1_000)
                (job, revision) = try session.job(caseID, jobs)
                display.show(job)
            }
            display.finish(job)
            return job
        }
        throw Exit.code(of: job)
    }
}

struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the jobs in the store.")

    @OptionGroup var options: StoreOptions

    static let pageSize = 1_000

    func run() async throws {
        try await Session.run(options) { session in
            let jobs = try session.jobs(http: nil)
            var after: StoreKey?
            while true {
                let page = try await session.store.scan(Keys.cases(owner: .local), after: after, limit: Self.pageSize)
                for summary in page where summary.header.kind == RecordKind.job.rawValue && !summary.isTombstone {
                    guard let name = summary.key.components.dropFirst().first, let caseID = try? CaseID(name),
                        let (job, _) = try jobs.job(JobService.CaseKey(caseID))
                    else { continue }
                    try show(job)
                }
                guard page.count == Self.pageSize, let last = page.last else { return }
                after = last.key
            }
        }
    }

    private func show(_ job: JobRecord) throws {
        let line = options.json ? try JSON.encode(job) : Array(JobText.summary(of: job).utf8)
        StandardStreams.write(line + [UInt8(ascii: "\n")], to: .output)
    }
}

struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print one stored value.",
        discussion: "A key is its parts joined by \":\", such as case:harbor-lights:image-job.")

    @Argument(help: "The key.") var key: String
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let key = StoreKey(key.split(separator: ":", omittingEmptySubsequences: false).map(String.init))
        let body = try await Session.run(options, .readingAny) { session -> [UInt8] in
            guard let stored = try session.store.get(key), !stored.isTombstone else {
                throw CommandFailure(Exit.usage, "there is no value at \(key)")
            }
            return stored.body
        }
        StandardStreams.write(body + [UInt8(ascii: "\n")], to: .output)
    }
}
