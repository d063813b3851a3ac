import ArgumentParser
import DarkroomCLI
import JSONCoding
import JobModel
import LMDBStore
import Orchestration

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a case's job; the exit code tells the outcome, 6 while it is not final.")

    @OptionGroup var job: JobOption
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let key = try job.key()
        let job = try await Session.run(options) { session in
            try session.job(key, session.jobs(http: nil)).record
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
        abstract: "Follow a case's job until it is final: live bars on a terminal, plain lines otherwise.",
        discussion: """
            On a terminal there is a bar for the whole job, one for each kind of image and one for each image; what does \
            not fit is summed up. Elsewhere a line is printed for each change. The exit code tells the outcome; an \
            interrupted watch changes nothing, the job goes on.
            """)

    @OptionGroup var job: JobOption
    @OptionGroup var options: StoreOptions

    func run() async throws {
        let key = try job.key()
        let job = try await Session.run(options) { session in
            let jobs = try session.jobs(http: nil)
            var display = ProgressDisplay(isJSON: options.json)
            var (job, revision) = try session.job(key, jobs)
            try display.show(job, now: session.clock.now())
            while !job.isFinal {
                await jobs.waitForNews(of: key, after: revision, limit: display.pace)
                (job, revision) = try session.job(key, jobs)
                try display.show(job, now: session.clock.now())
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
        guard limit ?? 1 > 0 else { throw ValidationError("--limit must be 1 or more") }
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
                        let all = JobStatus.allCases.map(\.rawValue).joined(separator: ", ")
                        throw ValidationError("--state must be of \(all), not \"\(word)\"")
                    }
                    return status
                })
        }
        if let family {
            guard let known = JobFamily(rawValue: family) else {
                let all = JobFamily.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--family must be one of \(all), not \"\(family)\"")
            }
            filter.family = known
        }
        filter.owner = try owner.map { try OwnerID($0, of: "--owner") }
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
                throw CommandFailure(Exit.usage, "there is no value at \(key): a key is like case:CASEID:image-job")
            }
            return stored.body
        }
        StandardStreams.write(body + [UInt8(ascii: "\n")], to: .output)
    }
}
