/// What a person asks of a job that has ended: another epoch, for some of its assets. All others are kept as they are.
public struct EpochRequest: Hashable, Sendable {
    public enum Change: Hashable, Sendable {
        /// The same once more.
        case none
        /// By this provider alone, and said so.
        case fallback(provider: String)
        case words(AssetEdit)
    }

    public var claim: Claim
    /// Nil for every asset that was not made.
    public var assets: [AssetID]?
    public var change: Change
    /// What the owner's account has set aside for the epoch; nil where nothing limits it.
    public var allowance: JobAllowance?

    public init(
        claim: Claim, assets: [AssetID]? = nil, change: Change = .none, allowance: JobAllowance? = nil
    ) {
        self.claim = claim
        self.assets = assets
        self.change = change
        self.allowance = allowance
    }
}

/// Other words, or another model, for one asset: a new specification, made from the one that it replaces.
public struct AssetEdit: Hashable, Sendable {
    public var asset: AssetID
    /// The specification that the edit was made from.
    public var base: ContentHash
    public var specification: Artifact
    /// The asset's own ``AssetSpecification`` before and after.
    public var before: ContentHash
    public var after: ContentHash

    public init(
        asset: AssetID, base: ContentHash, specification: Artifact, before: ContentHash, after: ContentHash
    ) {
        self.asset = asset
        self.base = base
        self.specification = specification
        self.before = before
        self.after = after
    }
}

extension FallbackCause {
    /// Nil if no provider had anything to do with it.
    fileprivate init?(_ error: MediaError?) {
        guard let error, let provider = error.provider else { return nil }
        self.init(provider: provider, code: error.kind.rawValue)
    }
}

/// Epochs after the first.
extension JobState {
    mutating func openEpoch(_ token: ReplyToken, _ request: EpochRequest) {
        // The write that opened the epoch was in doubt, and did happen.
        guard record.handOut.claim != request.claim else { return reply(token, .retrying(record)) }
        guard !record.isForgotten else { return reply(token, .forgotten(record)) }
        guard record.status.isTerminal, record.isFinal else {
            let message = "the job is still running; wait for its end"
            return refuse(token, .conflict(code: "job_running", message: message))
        }
        if let refusal = refusal(of: request.assets) { return refuse(token, refusal) }
        let chosen = chosenAssets(request.assets)
        guard !chosen.isEmpty else {
            return refuse(token, .conflict(code: "nothing_to_retry", message: "every image of this case was made"))
        }
        if case .words(let edit) = request.change, edit.base != record.specification {
            return refuse(token, .otherSpecification(record))
        }
        open(request, chosen)
        reply(token, .retrying(record))
    }

    /// Another process may have brought the job further than this one knows. Writing the record as it stands shows that:
    /// on a conflict the request is looked at once more.
    mutating func refuse(_ token: ReplyToken, _ reply: JobReply) {
        effects.mustSave = true
        self.reply(token, reply)
    }

    private func refusal(of assets: [AssetID]?) -> JobReply? {
        for id in assets ?? [] {
            guard let asset = record.assets.first(where: { $0.id == id }) else { return .unknownAsset(id) }
            if asset.status == .generated {
                return .conflict(code: "asset_generated", message: "\(id) was made already, and is kept")
            }
        }
        return nil
    }

    private func chosenAssets(_ assets: [AssetID]?) -> [Int] {
        record.assets.indices.filter { index in
            record.assets[index].status != .generated && assets?.contains(record.assets[index].id) ?? true
        }
    }

    private mutating func open(_ request: EpochRequest, _ chosen: [Int]) {
        var fallback: String?
        if case .fallback(let provider) = request.change { fallback = provider }
        let ended = record.handOut.epoch
        beginEpoch(claim: request.claim, worker: record.handOut.worker, fallback: fallback)
        record.retryCount += 1
        record.continuations = 0
        record.cancel = nil
        heard()
        let (epoch, ids) = (record.handOut.epoch, chosen.map { record.assets[$0].id })
        for index in record.assets.indices {
            record.assets[index].closeCost(of: ended)
            record.assets[index].cutOff = nil
            if chosen.contains(index) {
                record.assets[index].fallbackCause = fallback == nil ? nil : FallbackCause(record.assets[index].error)
                record.assets[index].queueAgain()
                record.assets[index].error = nil
            } else if !record.assets[index].status.isSettled {
                // A worker called the job ended that had not ended it: what is not asked for now stays undone.
                record.assets[index].status = .failed
            }
        }
        switch request.change {
        case .none:
            record.note(.retried, at: now, detail: "\(ids.count) images")
            log(.retried(epoch: epoch, assets: ids))
        case .fallback(let provider):
            record.note(.fallback, at: now, detail: "\(ids.count) images by \(provider)")
            log(.fallbackAsked(epoch: epoch, provider: provider, assets: ids))
        case .words(let edit): apply(edit, to: chosen)
        }
        forgetOldEpochs()
        record.account?.maxCostMicros = nil
        if let allowance = request.allowance { record.take(allowance) }
    }

    /// Of epochs whose claims are not on record any more nobody is heard.
    mutating func forgetOldEpochs() {
        let oldest = record.pastClaims.first?.epoch ?? record.handOut.epoch
        for index in record.assets.indices {
            record.assets[index].forgetWordings(before: oldest)
            record.assets[index].sumCosts(before: oldest)
        }
    }

    private mutating func apply(_ edit: AssetEdit, to chosen: [Int]) {
        let epoch = record.handOut.epoch
        record.specification = edit.specification.hash
        effects.attachments.append(edit.specification)
        for index in chosen where record.assets[index].id == edit.asset {
            record.assets[index].reword(from: edit.before, to: edit.after, epoch: epoch)
        }
        record.note(.edited, at: now, asset: edit.asset)
        log(.edited(epoch: epoch, edit.asset, words: edit.after))
    }

    mutating func beginEpoch(claim: Claim, worker: String, fallback: String?) {
        let last = record.handOut
        // Under a claim that never left nobody makes anything.
        if last.sends != 0 || last.acceptance != .none {
            record.pastClaims.append(
                PastClaim(
                    epoch: last.epoch, claim: last.claim, webhookURL: last.webhookURL,
                    specification: record.specification, version: record.version))
        }
        record.pastClaims.removeFirst(max(0, record.pastClaims.count - JobRecord.claimsKept))
        record.handOut = HandOut(
            epoch: last.epoch + 1, worker: worker, claim: claim, stopBy: now + policy.fence,
            webhookURL: last.webhookURL, artifactURL: last.artifactURL, options: last.options, fallback: fallback)
        record.version = 0
        record.isFinal = false
        record.lastError = nil
        record.queue = nil
        record.estimateMicros = nil
        move(to: .pending)
    }
}
