import JobModel

/// The owners' accounts, and what is known of prices.
public struct OwnerAccounts: Sendable {
    public let desk: AccountDesk
    public let pricing: JobPricing

    public init(desk: AccountDesk, pricing: JobPricing) {
        self.desk = desk
        self.pricing = pricing
    }
}

/// What jobs that exist have to do with their owners' accounts.
extension JobService {
    func settle(_ record: JobRecord, _ key: CaseKey) async {
        guard let accounts, await accounts.desk.settle(record) else { return }
        records.send(.settled(record.jobID, epoch: record.handOut.epoch, record.settlement.total), to: key)
    }

    /// Opens a further epoch, with what it may cost set aside before.
    /// - Parameter specification: what is to be made, where it is not what is on record.
    func open(_ key: CaseKey, _ request: EpochRequest, making specification: JobSpecification? = nil) async -> JobReply
    {
        do throws(StoreError) {
            guard let accounts, let record = try job(key)?.record, record.isFinal,
                try accounts.desk.plan(of: key.owner).limits(record.family)
            else { return await ask(key) { .epochRequested($0, request) } }
            let specification = try await loaded(specification, record)
            let wish = reservation(for: request, of: record, specification, accounts.pricing)
            guard wish.images > 0 else { return await ask(key) { .epochRequested($0, request) } }
            return await open(key, request, wish, accounts.desk)
        } catch {
            return .unavailable(error.message)
        }
    }

    private func loaded(_ given: JobSpecification?, _ record: JobRecord) async throws(StoreError) -> JobSpecification {
        if let given { return given }
        do { return try await Specifications.load(record.specification, owner: record.owner, from: store) } catch {
            throw error as? StoreError ?? StoreError(.corrupt, "the specification cannot be read: \(error)")
        }
    }

    private func reservation(
        for request: EpochRequest, of record: JobRecord, _ specification: JobSpecification, _ pricing: JobPricing
    ) -> ReservationRequest {
        let missing = record.assets.filter { $0.status != .generated }.map(\.id)
        let chosen = Set(request.assets.map { names in missing.filter(names.contains) } ?? missing)
        var options = record.handOut.options
        if case .fallback(let provider) = request.change {
            options = options ?? RunOptions()
            options?.providers = [provider]
            options?.isFallback = true
        }
        let assets = specification.assets.filter { chosen.contains($0.id) }
        return ReservationRequest(
            jobID: record.jobID, caseID: record.caseID, family: record.family, epoch: record.handOut.epoch + 1,
            images: assets.count, cost: pricing.bound(of: assets, options: options), holder: random.next() >> 11,
            isExclusive: true)
    }

    private func open(
        _ key: CaseKey, _ request: EpochRequest, _ wish: ReservationRequest, _ desk: AccountDesk
    ) async -> JobReply {
        var request = request
        switch await desk.reserve(wish, owner: key.owner) {
        case .answered(.reserved(let reservation)): request.allowance = reservation.map { JobAllowance($0) }
        case .answered(.refused(let refusal)): return .overLimit(refusal)
        case .answered(.busy):
            return .conflict(code: "job_running", message: "the job is just being taken up by another request")
        case .answered: return .unavailable("the account is being worked on")
        case .unavailable(let reason): return .unavailable(reason)
        }
        let asked = request
        let reply = await ask(key) { .epochRequested($0, asked) }
        switch reply {
        // Nobody knows whether the epoch was opened: the sweep finds out.
        case .retrying, .unavailable: break
        default: _ = await desk.release(wish.jobID, holder: wish.holder, owner: key.owner)
        }
        return reply
    }
}
