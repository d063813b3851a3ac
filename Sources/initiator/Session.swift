import ArgumentParser
import CurlClient
import DarkroomCLI
import HTTPChannels
import JobModel
import LMDBStore
import Logging
import Orchestration

/// What a command works with; closed at its end.
struct Session {
    let settings: Settings
    let store: LMDBStore
    let clock = SystemClock()
    let logger: Logger

    enum Access {
        /// Only looks; there must be a store.
        case reading
        /// As ``reading``, a worker's store too.
        case readingAny
        case writing
    }

    init(_ options: StoreOptions, _ access: Access) throws {
        settings = try Settings(file: options.config)
        logger = LogSetup.standardError(
            "initiator", level: try settings.logLevel(flag: options.logLevel, default: .error))
        let directory = try options.store.directory(settings)
        store =
            switch access {
            case .reading: try Stores.openToRead(directory, as: .control)
            case .readingAny: try Stores.openToRead(directory, as: nil)
            case .writing: try Stores.open(directory, as: .control, settings)
            }
    }

    /// Runs a command against the store and closes it whatever happens.
    static func run<Result>(
        _ options: StoreOptions, _ access: Access = .reading, _ body: (Session) async throws -> Result
    ) async throws -> Result {
        let session = try Session(options, access)
        do {
            let result = try await body(session)
            await session.store.close()
            return result
        } catch let error as StoreError {
            await session.store.close()
            throw Stores.failure(error)
        } catch {
            await session.store.close()
            throw error
        }
    }

    /// Runs a command that may hand work to a worker. However it ends, what it has under way ends before the store does.
    static func runTriggering(
        _ options: StoreOptions, _ access: Access = .writing, workers: String? = nil,
        _ body: (Session, JobService) async throws -> Void
    ) async throws {
        try await run(options, access) { session in
            let http = CurlClient()
            let jobs = try session.jobs(http: http, workers: workers)
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(session, jobs)) } catch { outcome = .failure(error) }
            await jobs.close()
            await http.shutdown()
            try outcome.get()
        }
    }

    /// The control side of this process; with a client it triggers workers.
    /// - Parameter workers: from the command line, in the order in which they take over from one another.
    func jobs(http: CurlClient?, workers: String? = nil) throws -> JobService {
        let token = try settings.token("DARKROOM_WORKER_TOKEN")
        return JobService(
            store: store, client: http.map { WorkerHTTPClient(http: $0, token: token, timeout: .seconds(2)) },
            clock: clock, random: SystemRandom(), policy: try settings.jobPolicy(workers: workers),
            accounts: try accounts(), logger: logger)
    }

    func accounts() throws -> OwnerAccounts {
        try settings.accounts(store, clock: clock, random: SystemRandom(), logger: logger)
    }

    func job(_ key: JobService.CaseKey, _ jobs: JobService) throws -> (record: JobRecord, revision: Revision) {
        guard let found = try jobs.job(key) else { throw JobRefusal.unknown(key) }
        return found
    }
}
