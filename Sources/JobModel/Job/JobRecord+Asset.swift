/// One asset as the control side knows it.
public struct JobAsset: Hashable, Sendable, Codable {
    public var id: AssetID
    public var kind: AssetKind
    public var name: String
    public var status: AssetState
    public var attempts: Int
    /// Calls begun in earlier epochs in which it was not made; nil for none.
    public var earlierAttempts: Int?
    /// Who was asked last.
    public var provider: String?
    public var error: MediaError?
    public var picture: Picture?
    /// Where the picture is when it is not with us (a worker that is not ours sent a link).
    public var link: String?
    public var source: AssetSource?
    /// Given up because a deadline of the whole job had passed; what it lacked was time.
    public var cutOff: Bool?
    /// Of the calls of the present epoch, as far as it was reported.
    public var cost: AssetCost?
    /// Of the calls of earlier epochs whose workers may still report, by epoch.
    public var pastCosts: [EpochCost]?
    /// Of the calls of all epochs before those.
    public var spent: AssetCost?
    /// A call whose end is not known yet.
    public var openCall: RemoteCall?
    /// The last call that its provider gave an id.
    public var lastCall: RemoteCall?
    /// Why somebody asked for the fallback that the present epoch is.
    public var fallbackCause: FallbackCause?
    /// From which epoch on it has had which words; nil while no epoch on record had others than the present ones.
    public var wordings: [Wording]?

    public init(id: AssetID, kind: AssetKind, name: String) {
        self.id = id
        self.kind = kind
        self.name = name
        status = .queued
        attempts = 0
    }
}

/// The words (and model) of an asset from one epoch on.
public struct Wording: Hashable, Sendable, Codable {
    public var epoch: Int
    /// Of its ``AssetSpecification``.
    public var hash: ContentHash

    public init(epoch: Int, hash: ContentHash) {
        self.epoch = epoch
        self.hash = hash
    }
}

extension JobAsset {
    /// Whether it was asked for in an epoch with the words that it has now.
    func hadPresentWords(in epoch: Int) -> Bool {
        guard let wordings, let present = wordings.last else { return true }
        return wordings.last { $0.epoch <= epoch }?.hash == present.hash
    }

    /// It has other words from this epoch on. A call that was made with the old ones is no longer worth asking about.
    mutating func reword(from before: ContentHash, to after: ContentHash, epoch: Int) {
        guard before != after else { return }
        wordings = (wordings ?? [Wording(epoch: 0, hash: before)]) + [Wording(epoch: epoch, hash: after)]
        openCall = nil
    }

    /// Calls begun in all epochs.
    public var totalAttempts: Int { attempts + (earlierAttempts ?? 0) }

    /// Another epoch makes it.
    mutating func queueAgain() {
        status = .queued
        if attempts > 0 { earlierAttempts = totalAttempts }
        attempts = 0
    }

    /// Forgets words that no epoch from this one on had.
    mutating func forgetWordings(before epoch: Int) {
        guard var kept = wordings else { return }
        while kept.count > 1, kept[1].epoch <= epoch { kept.removeFirst() }
        wordings = kept.count > 1 ? kept : nil
    }

    /// What the calls of all earlier epochs have cost.
    public var earlierCost: AssetCost { (pastCosts ?? []).reduce(spent ?? AssetCost()) { $0 + $1.cost } }

    /// What all its calls have cost so far.
    public var totalCost: AssetCost { earlierCost + (cost ?? AssetCost()) }

    /// A new epoch begins: what was paid so far belongs to the past.
    mutating func closeCost(of epoch: Int) {
        if let cost { setPastCost(cost, of: epoch) }
        cost = nil
    }

    /// What a worker says, later, of an epoch that is over.
    mutating func setPastCost(_ cost: AssetCost, of epoch: Int) {
        var costs = (pastCosts ?? []).filter { $0.epoch != epoch }
        costs.append(EpochCost(epoch: epoch, cost: cost))
        pastCosts = costs.sorted { $0.epoch < $1.epoch }
    }

    /// Of epochs before this one nobody reports any more.
    mutating func sumCosts(before epoch: Int) {
        guard let costs = pastCosts else { return }
        for past in costs where past.epoch < epoch { spent = (spent ?? AssetCost()) + past.cost }
        let kept = costs.filter { $0.epoch >= epoch }
        pastCosts = kept.isEmpty ? nil : kept
    }
}

/// What an asset's calls of one epoch have cost.
public struct EpochCost: Hashable, Sendable, Codable {
    public var epoch: Int
    public var cost: AssetCost
}

/// What a job has cost over all its epochs, in millionths of the currency unit.
public struct JobCost: Hashable, Sendable, Codable {
    /// Known to have been paid.
    public var micros: Int64
    /// Calls that may have been billed though nobody knows how they ended, and what they cost if they were.
    public var possiblyBilled: Int
    public var possibleMicros: Int64
    /// What was expected: earlier epochs at what they cost, the present one at its estimate. Nil if that is not known.
    public var estimateMicros: Int64?
}

extension JobRecord {
    public var cost: JobCost {
        let total = assets.reduce(AssetCost()) { $0 + $1.totalCost }
        let earlier = assets.reduce(0) { $0 + $1.earlierCost.micros }
        return JobCost(
            micros: total.micros, possiblyBilled: total.possiblyBilled, possibleMicros: total.possibleMicros,
            estimateMicros: estimateMicros.map { $0 + earlier })
    }
}
