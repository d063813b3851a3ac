import JobModel
import Logging

/// What people ask of jobs that have ended, and what providers say of calls.
extension JobService {
    /// Another epoch for assets that were not made.
    /// - Parameter assets: nil for all of them.
    public func retry(_ key: CaseKey, assets: [AssetID]? = nil) async throws(InvalidRequest) -> JobReply {
        let request = EpochRequest(claim: try admission.newClaim(), assets: assets)
        return await open(key, request)
    }

    /// Another epoch, by `provider` alone; its pictures say that they are a fallback.
    /// - Parameter assets: nil for every one that was not made.
    public func fallBack(
        _ key: CaseKey, to provider: String, assets: [AssetID]? = nil
    ) async throws(InvalidRequest) -> JobReply {
        try RequestRules.checkProvider(provider, field: "provider")
        let request = EpochRequest(
            claim: try admission.newClaim(), assets: assets, change: .fallback(provider: provider))
        return await open(key, request)
    }

    /// Other words, or another model, for one asset that was not made, and an epoch for it alone.
    ///
    /// The new specification is made from the present one; should another edit come between, it is made once more from
    /// what that one left.
    /// - Parameters:
    ///   - prompt: nil leaves the words as they are.
    ///   - model: nil leaves the model as it is, an empty text leaves it to the provider; one of the two is needed.
    /// - Throws: `InvalidRequest`, ``StoreError``.
    public func edit(_ key: CaseKey, asset: AssetID, prompt: String?, model: String?) async throws -> JobReply {
        let claim = try admission.newClaim()
        guard var record = try job(key)?.record else { return .unknownJob }
        for _ in 0..<Self.editTries {
            let specification = try await Specifications.load(record.specification, owner: record.owner, from: store)
            let edit = try admission.edit(
                asset, prompt: prompt, model: model, in: specification, hash: record.specification, owner: record.owner)
            guard let edit else { return .unknownAsset(asset) }
            let request = EpochRequest(claim: claim, assets: [asset], change: .words(edit))
            let reply = await open(key, request, making: specification.edited(asset, prompt: prompt, model: model))
            guard case .otherSpecification(let present) = reply else { return reply }
            record = present
        }
        return .conflict(code: "edited_meanwhile", message: "the job was edited by others all the while; try again")
    }

    private static var editTries: Int { 5 }

    /// A provider says that it has news of a call: the worker that has the job in hand is told to ask. Whether that worked
    /// is logged; the worker asks by itself too.
    /// - Returns: false if there is no job for the case.
    public func nudge(_ key: CaseKey, _ call: RemoteCall) async throws(StoreError) -> Bool {
        guard let record = try job(key)?.record else { return false }
        let facts: Logger.Metadata = [
            "caseId": "\(key.caseID)", "jobId": "\(record.jobID)", "provider": "\(call.provider)",
            "callId": "\(call.id)",
        ]
        guard !record.status.isTerminal, let client else {
            logger.debug("provider.news_not_needed", metadata: facts)
            return true
        }
        switch await client.nudge(call, of: record.jobID, at: record.handOut.worker) {
        case .taken: logger.info("provider.news_forwarded", metadata: facts)
        case .failed(let reason):
            logger.warning("provider.news_not_forwarded", metadata: facts.merging(["error": "\(reason)"]) { $1 })
        }
        return true
    }
}
