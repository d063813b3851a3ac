import JobModel
import Logging

/// The way by which jobs come to be: each one once, and within what its owner may spend.
///
/// In this order, each step durable before the next: the client's own name for the request is bound to a job id; what the
/// job may come to is set aside; the job is recorded. A crash between two of them is mended by whoever repeats the
/// request, who goes on with the same id, or by the sweep, which gives back what was set aside.
public struct Submissions: JobSubmitter {
    private let jobs: JobService
    private let store: any KeyValueStore
    private let accounts: AccountDesk
    private let pricing: JobPricing
    private let clock: any EngineClock
    private let random: any RandomSource
    private let logger: Logger

    /// A job that could not be recorded within this time is not recorded any more.
    static let patience: Milliseconds = 30_000

    /// - Parameter accounts: the same that the jobs are settled with.
    public init(jobs: JobService, accounts: OwnerAccounts) {
        self.jobs = jobs
        self.accounts = accounts.desk
        pricing = accounts.pricing
        (store, clock, random, logger) = (jobs.store, jobs.clock, jobs.random, jobs.logger)
    }

    /// Makes the job, or answers with the one that the same request has made before.
    ///
    /// - Returns: `created`, also of a job that a repeat has completed; `joined` for a repeat, or where the case is being
    ///   worked on by the same request; `overLimit` where the owner may not; `conflict` with the code
    ///   `idempotency_conflict` where the key stands for another request. What was refused leaves nothing set aside.
    public func submit(_ draft: JobDraft, handOut: HandOutAddresses) async throws(InvalidRequest) -> JobReply {
        var draft = draft
        if draft.jobID == nil { draft = draft.named(try jobs.newJobID()) }
        do throws(StoreError) {
            if let key = draft.idempotencyKey {
                switch try await bind(key, draft, hash: try hash(of: draft)) {
                case .new: break
                case .before(let record):
                    draft = draft.named(record.jobID)
                    if let job = try known(record, owner: draft.owner) {
                        return job.isForgotten ? .forgotten(job) : .joined(job)
                    }
                case .other:
                    return .conflict(
                        code: "idempotency_conflict", message: "this idempotency key was used for another request")
                }
            }
        } catch {
            return .unavailable(error.message)
        }
        return try await create(draft, handOut: handOut)
    }

    public func isRepeat(_ draft: JobDraft) throws(StoreError) -> Bool {
        guard let key = draft.idempotencyKey,
            let stored = try store.get(Keys.idempotency(key, owner: draft.owner)), !stored.isTombstone
        else { return false }
        return try RecordCoding.decode(IdempotencyRecord.self, from: stored).bodyHash == hash(of: draft)
    }

    private func hash(of draft: JobDraft) throws(StoreError) -> ContentHash {
        do { return try draft.bodyHash() } catch { throw StoreError(.tooLarge, error.message) }
    }

    // MARK: Set aside, then record

    private func create(_ draft: JobDraft, handOut: HandOutAddresses) async throws(InvalidRequest) -> JobReply {
        guard let jobID = draft.jobID else { preconditionFailure("named in submit") }
        let (began, holder) = (clock.now(), random.next() >> 11)
        let assets = draft.specification.assets
        let request = ReservationRequest(
            jobID: jobID, caseID: draft.caseID, family: draft.family, images: assets.count,
            cost: pricing.bound(of: assets, options: draft.options), holder: holder)
        let reservation: Reservation?
        switch await accounts.reserve(request, owner: draft.owner) {
        case .answered(.reserved(let made)): reservation = made
        case .answered(.refused(let refusal)): return .overLimit(refusal)
        case .answered: return .unavailable("the account is being worked on")
        case .unavailable(let reason): return .unavailable(reason)
        }
        guard let reservation else { return try await jobs.create(draft, handOut: handOut) }
        guard clock.now() - began < Self.patience else {
            await release(request, draft.owner)
            return .unavailable("it took too long to look into the account")
        }
        return try await create(draft, request, JobAllowance(reservation), handOut)
    }

    private func create(
        _ draft: JobDraft, _ request: ReservationRequest, _ allowance: JobAllowance, _ handOut: HandOutAddresses
    ) async throws(InvalidRequest) -> JobReply {
        let reply: JobReply
        do {
            reply = try await jobs.create(draft, handOut: handOut, allowance: allowance)
        } catch {
            await release(request, draft.owner)
            throw error
        }
        switch reply {
        case .created: break
        // Nobody knows whether it was recorded: a repeat or the sweep finds out.
        case .unavailable: break
        default: await release(request, draft.owner)
        }
        return reply
    }

    private func release(_ request: ReservationRequest, _ owner: OwnerID) async {
        let reply = await accounts.release(request.jobID, holder: request.holder, owner: owner)
        if case .unavailable(let reason) = reply {
            logger.warning("account.not_released", metadata: ["jobId": "\(request.jobID)", "error": "\(reason)"])
        }
    }

    // MARK: Repeats

    private enum Binding {
        case new
        case before(IdempotencyRecord)
        /// The key stands for another request.
        case other
    }

    private static let bindTries = 8

    private func bind(_ key: IdempotencyKey, _ draft: JobDraft, hash: ContentHash) async throws(StoreError) -> Binding {
        guard let jobID = draft.jobID else { preconditionFailure("named in submit") }
        let place = Keys.idempotency(key, owner: draft.owner)
        var record = IdempotencyRecord(
            jobID: jobID, caseID: draft.caseID, bodyHash: hash, createdAt: clock.now(), writeID: random.next() >> 11)
        for _ in 0..<Self.bindTries {
            if let stored = try store.get(place), !stored.isTombstone {
                let standing = try RecordCoding.decode(IdempotencyRecord.self, from: stored)
                if standing.writeID == record.writeID { return .new }
                return standing.bodyHash == hash ? .before(standing) : .other
            }
            record.createdAt = clock.now()
            let write = RecordWrite(
                key: place, expected: .absent, header: RecordCoding.header(of: record),
                body: try RecordCoding.body(of: record))
            switch await store.write(write) {
            case .committed: return .new
            case .conflict, .unknown: continue
            case .refused(let error): throw error
            }
        }
        throw StoreError(.busy, "\(place.redacted) is contended")
    }

    /// The job that the key stands for, wherever it stands by now; nil if it was never recorded.
    private func known(_ record: IdempotencyRecord, owner: OwnerID) throws(StoreError) -> JobRecord? {
        let key = JobService.CaseKey(record.caseID, owner: owner)
        if let job = try jobs.job(key)?.record, job.jobID == record.jobID { return job }
        if let job = try jobs.forgotten(key), job.jobID == record.jobID { return job }
        guard let stored = try store.get(Keys.archivedJob(record.jobID)), !stored.isEmpty else { return nil }
        return try RecordCoding.decode(JobRecord.self, from: stored.asJob)
    }
}

extension JobService {
    /// By which every interface makes its jobs: within the owners' accounts, where this process knows them.
    public var submitter: any JobSubmitter { accounts.map { Submissions(jobs: self, accounts: $0) } ?? self }
}
