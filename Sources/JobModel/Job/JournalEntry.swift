/// One thing that happened to a job on the control side.
public struct JournalEntry: Hashable, Sendable, Codable {
    public enum What: String, Hashable, Sendable, Codable, CaseIterable {
        case created
        case triggered
        case triggerFailed = "trigger_failed"
        case acknowledged
        case refused
        case handedOver = "handed_over"
        case finished
        case continued
        case retried
        case fallback
        case edited
        case lateResult = "late_result"
        case cancelAsked = "cancel_asked"
        case cancelAnswered = "cancel_answered"
        case forceFinished = "force_finished"
        case stuck
    }

    public var at: Milliseconds
    public var what: What
    public var epoch: Int
    /// Set where one image is meant.
    public var asset: AssetID?
    /// In plain words, at most 300 characters.
    public var detail: String?
    /// The same thing so often in a row, the last time at ``at``.
    public var times: Int?
}

/// Where a worker's own history of one epoch is stored.
public struct HistoryReference: Hashable, Sendable, Codable {
    public var epoch: Int
    public var hash: ContentHash
}

extension JobRecord {
    mutating func note(
        _ what: JournalEntry.What, at now: Milliseconds, asset: AssetID? = nil, detail: String? = nil
    ) {
        let detail = detail.map { String($0.prefix(300)) }
        let epoch = handOut.epoch
        if let last = journal.last, last.what == what, last.epoch == epoch, last.asset == asset, last.detail == detail {
            journal[journal.count - 1].times = (last.times ?? 1) + 1
            journal[journal.count - 1].at = now
            return
        }
        journal.append(JournalEntry(at: now, what: what, epoch: epoch, asset: asset, detail: detail))
        // How it began is worth more than what came next.
        if journal.count > JobRecord.journalKept { journal.remove(at: 1) }
    }

    /// - Parameter history: of an epoch that has ended, encoded.
    mutating func keep(_ history: Artifact, of epoch: Int) {
        histories.removeAll { $0.epoch == epoch }
        histories.append(HistoryReference(epoch: epoch, hash: history.hash))
        histories.removeFirst(max(0, histories.count - JobRecord.historiesKept))
    }
}
