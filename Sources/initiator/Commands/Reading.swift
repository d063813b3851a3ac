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
    static let configuration = CommandConfiguration(
        abstract: "List the jobs in the store, of all owners and kinds, the newest first.")

    @Option(help: "Only these states: pending, generating, completed, partial, failed, canceled; separated by commas.")
    var state: String?

    @Option(help: "Only this family: case, image, scene or generation.")
    var family: String?

    @Option(help: "Only this owner's.")
    var owner: String?

    @Option(help: "Only those made at this time or later, in milliseconds of Unix time.")
    var from: Int64?

    @Option(help: "Only those made at this time or before, in milliseconds of Unix time.")
    var to: Int64?

    @Option(help: "Only those with this in the id of the case or the job.")
    var search: String?

    @Flag(help: "Also earlier jobs of cases that have had another since.")
    var archived = false

    @Option(help: "At most so many.")
    var limit: Int?

    @OptionGroup var options: StoreOptions

    static let pageSize = 1_000

    func run() async throws {
        let filter = try filter()
        guard limit ?? 1 > 0 else { throw ValidationError("limit must be 1 or more") }
        try await Session.run(options) { session in
            let jobs = try session.jobs(http: nil)
            var (after, left): (JobPlace?, Int) = (nil, limit ?? .max)
            repeat {
                let page = try await jobs.list(filter, after: after, limit: min(Self.pageSize, left))
                for entry in page.entries { try show(entry.record) }
                left -= page.entries.count
                after = page.next
            } while after != nil && left > 0
        }
    }

    private func filter() throws -> JobFilter {
        var filter = JobFilter()
        if let state {
            filter.statuses = try Set(
                state.split(separator: ",", omittingEmptySubsequences: false).map { word in
                    guard let status = JobStatus(rawValue: String(word)) else {
                        throw ValidationError("\(word) is no state of a job")
                    }
                    return status
                })
        }
        if let family {
            guard let known = JobFamily(rawValue: family) else {
                throw ValidationError("\(family) is no family of jobs")
            }
            filter.family = known
        }
        if let owner {
            do { filter.owner = try OwnerID(owner) } catch { throw ValidationError("the owner \(error.message)") }
        }
        filter.from = from
        filter.to = to
        filter.search = search
        filter.includesArchived = archived
        return filter
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
