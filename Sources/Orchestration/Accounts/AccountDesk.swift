import JobModel
import Logging
import Threads

/// Keeps the owners' accounts: every change of one goes through here.
///
/// What is asked of an account while it is being written waits, and shares the next write. Several processes may keep the
/// same accounts: they meet in compare-and-swap. What was answered is durable.
public final class AccountDesk: Sendable {
    /// How asking an account ended.
    public enum Reply: Hashable, Sendable {
        case answered(AccountAnswer)
        /// The store takes or gives nothing at present; whether anything was changed is not known.
        case unavailable(String)
    }

    struct Wish: Sendable {
        let step: AccountStep
        /// A job whose lines have to be known for the step.
        let since: Milliseconds?
        let answer: CheckedContinuation<Reply, Never>
    }

    private struct Contents {
        /// Of owners whose account is being worked on.
        var waiting: [OwnerID: [Wish]] = [:]
        var isClosed = false
    }

    let store: any KeyValueStore
    public let plans: PlanBook
    let clock: any EngineClock
    let random: any RandomSource
    let logger: Logger
    private let contents = Locked(Contents())
    private let yard = TaskYard<OwnerID>()

    /// So many may wait for one account; who comes then is told so at once.
    private static let waitingAtMost = 2_048
    /// So many share a write.
    private static let togetherAtMost = 256

    public init(
        store: any KeyValueStore, plans: PlanBook = PlanBook(), clock: any EngineClock, random: any RandomSource,
        logger: Logger
    ) {
        self.store = store
        self.plans = plans
        self.clock = clock
        self.random = random
        self.logger = logger
    }

    /// The owner's account as stored; nil if nothing was ever asked of it.
    public func account(of owner: OwnerID) throws(StoreError) -> AccountRecord? { try read(owner)?.record }

    /// What the owner may do.
    public func plan(of owner: OwnerID) throws(StoreError) -> Plan {
        plans.plan(try account(of: owner)?.plan, of: owner)
    }

    /// Sets aside what a job may come to. Where the plan limits nothing for it, nothing is written.
    public func reserve(_ request: ReservationRequest, owner: OwnerID) async -> Reply {
        do throws(StoreError) {
            guard try plan(of: owner).limits(request.family) else { return .answered(.reserved(nil)) }
        } catch {
            return .unavailable(error.message)
        }
        return await ask(.reserve(request), owner: owner)
    }

    /// Gives back what a submission set aside for a job that it did not create.
    public func release(_ job: JobID, holder: UInt64, owner: OwnerID) async -> Reply {
        await ask(.release(job, holder: holder), owner: owner)
    }

    /// Gives the owner a plan by name, or none.
    public func setPlan(_ name: String?, of owner: OwnerID) async -> Reply { await ask(.setPlan(name), owner: owner) }

    /// Counts what a job has come to and gives back what was set aside for it. Goes on trying until the account knows.
    /// - Returns: false if the caller was canceled, or the desk closed, before that.
    public func settle(_ job: JobRecord) async -> Bool {
        let settlement = job.settlement
        while !Task.isCancelled {
            let reply = await ask(.settle(settlement, standing: []), owner: job.owner, since: job.createdAt)
            switch reply {
            case .answered(.crowded): break
            case .answered:
                logger.info("usage.debited", metadata: facts(settlement, job))
                return true
            case .unavailable(let reason):
                guard !isClosed else { return false }
                logger.error("account.unavailable", metadata: ["owner": "\(job.owner.redacted)", "error": "\(reason)"])
            }
            await clock.sleep(until: clock.now() + Self.pause)
        }
        return false
    }

    private static let pause: Milliseconds = 1_000

    private var isClosed: Bool { contents.withLock { $0.isClosed } }

    private func facts(_ settlement: JobSettlement, _ job: JobRecord) -> Logger.Metadata {
        let total = settlement.total
        return [
            "owner": "\(job.owner.redacted)", "jobId": "\(job.jobID)", "micros": "\(total.micros)",
            "possibleMicros": "\(total.possibleMicros)", "images": "\(total.images)",
        ]
    }

    /// Takes no more wishes and waits for the writes under way.
    public func close() async {
        contents.withLock { $0.isClosed = true }
        await yard.untilEmpty()
        await yard.close()
    }

    /// - Parameter since: when the job of the step was created: no line of it can be older.
    func ask(_ step: AccountStep, owner: OwnerID, since: Milliseconds? = nil) async -> Reply {
        await withCheckedContinuation { continuation in
            enum Way {
                case begin
                case wait
                case refuse(String)
            }
            let way: Way = contents.withLock { contents in
                guard !contents.isClosed else { return .refuse("the process is shutting down") }
                let isBusy = contents.waiting[owner] != nil
                guard contents.waiting[owner]?.count ?? 0 < Self.waitingAtMost else {
                    return .refuse("too much is asked of this account already")
                }
                contents.waiting[owner, default: []].append(Wish(step: step, since: since, answer: continuation))
                return isBusy ? .wait : .begin
            }
            switch way {
            case .wait: return
            case .begin: yard.start { await self.serve(owner) }
            case .refuse(let reason): continuation.resume(returning: .unavailable(reason))
            }
        }
    }

    private func serve(_ owner: OwnerID) async {
        while let wishes = next(owner) { await turn(owner, wishes) }
    }

    /// Nil when nobody waits any more; whoever comes then begins anew.
    private func next(_ owner: OwnerID) -> [Wish]? {
        contents.withLock { contents in
            guard var waiting = contents.waiting[owner], !waiting.isEmpty else {
                contents.waiting[owner] = nil
                return nil
            }
            let taken = Array(waiting.prefix(Self.togetherAtMost))
            waiting.removeFirst(taken.count)
            contents.waiting[owner] = waiting
            return taken
        }
    }
}
