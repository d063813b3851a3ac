/// Taking in what workers report.
extension JobState {
    mutating func fold(_ snapshot: Snapshot, missing: [ContentHash], history: Artifact?, token: ReplyToken) {
        guard !record.isForgotten else { return reply(token, .forgotten(record)) }
        guard snapshot.jobID == record.jobID else { return reply(token, .unknownJob) }
        guard let claim = recordedClaim(of: snapshot) else {
            return reply(
                token, .conflict(code: "unknown_claim", message: "this claim was never handed out for the job"))
        }
        guard snapshot.webhookURL == claim.webhookURL else {
            return reply(token, .conflict(code: "wrong_address", message: "the update was made for another address"))
        }
        let isPresent = snapshot.epoch == record.handOut.epoch
        if isPresent, snapshot.version == record.version {
            extendFence()
            return reply(token, .duplicate(record))
        }
        if isPresent, snapshot.version < record.version {
            return reply(token, .staleVersion(current: record.version))
        }
        guard missing.isEmpty else { return reply(token, .artifactMissing(missing)) }
        guard isPresent else {
            takeLateCosts(of: snapshot)
            keepLateResults(snapshot, made: claim)
            if let history { keep(history, of: snapshot.epoch) }
            return reply(token, .staleEpoch(current: record.handOut.epoch))
        }
        takeCosts(of: snapshot)
        if record.status.isTerminal {
            // Only a new epoch leaves a terminal status; pictures are welcome all the same.
            record.version = snapshot.version
            keepLateResults(snapshot, made: claim)
            if let history { keep(history, of: snapshot.epoch) }
        } else {
            merge(snapshot, history: history)
        }
        reply(token, .folded(record))
    }

    private mutating func keep(_ history: Artifact, of epoch: Int) {
        effects.attachments.append(history)
        record.keep(history, of: epoch)
    }

    func recordedClaim(of snapshot: Snapshot) -> PastClaim? {
        let present = record.handOut
        let all =
            record.pastClaims + [
                PastClaim(
                    epoch: present.epoch, claim: present.claim, webhookURL: present.webhookURL,
                    specification: record.specification)
            ]
        return all.last { $0.epoch == snapshot.epoch && $0.claim == snapshot.claim }
    }

    mutating func merge(_ snapshot: Snapshot, history: Artifact?) {
        acknowledge(.acknowledged)
        record.version = snapshot.version
        record.handOut.stopBy = max(record.handOut.stopBy, now + policy.fence)
        record.queue = snapshot.status.isTerminal ? nil : snapshot.queue
        for asset in snapshot.assets { merge(asset) }
        settleStatus(isTerminal: snapshot.status.isTerminal, wasCanceled: snapshot.status == .canceled)
        record.isFinal = record.status.isTerminal && !plansContinuation(of: snapshot)
        record.keepDeliveryTimes(of: snapshot)
        if let history { keep(history, of: snapshot.epoch) }
        if record.isFinal { noteCancelAnswer("the worker's last word came") }
        logFold()
    }

    /// Money counts even where the slot is filled already, by a picture of another epoch.
    mutating func takeCosts(of snapshot: Snapshot) {
        record.estimateMicros = snapshot.estimateMicros ?? record.estimateMicros
        for asset in snapshot.assets {
            guard let cost = asset.cost, let index = record.assets.firstIndex(where: { $0.id == asset.id }) else {
                continue
            }
            record.assets[index].cost = cost
        }
    }

    /// What an epoch that is over has cost is known when its worker has said its last word.
    private mutating func takeLateCosts(of snapshot: Snapshot) {
        guard let past = record.pastClaims.firstIndex(where: { $0.epoch == snapshot.epoch }),
            snapshot.version > record.pastClaims[past].version ?? 0
        else { return }
        record.pastClaims[past].version = snapshot.version
        for asset in snapshot.assets {
            guard let cost = asset.cost, let index = record.assets.firstIndex(where: { $0.id == asset.id }) else {
                continue
            }
            record.assets[index].setPastCost(cost, of: snapshot.epoch)
        }
    }

    /// A slot once filled stays filled; absence of an asset says nothing, and neither does one made without a picture.
    private mutating func merge(_ asset: SnapshotAsset) {
        guard let index = record.assets.firstIndex(where: { $0.id == asset.id }),
            record.assets[index].status != .generated, (asset.status == .generated) == (asset.picture != nil)
        else { return }
        record.assets[index].status = asset.status
        record.assets[index].attempts = asset.attempts
        record.assets[index].error = asset.error
        record.assets[index].picture = asset.picture
        record.assets[index].source = asset.source
        if let cause = record.assets[index].fallbackCause, asset.source?.isFallback == true {
            // The worker of a fallback by command knows no other provider that came before it.
            record.assets[index].source?.fallbackCause = asset.source?.fallbackCause ?? cause
        }
        record.assets[index].provider = asset.provider ?? record.assets[index].provider
        record.assets[index].lastCall = asset.openCall ?? record.assets[index].lastCall
        record.assets[index].openCall = asset.status == .generated ? nil : asset.openCall
        record.assets[index].cutOff = asset.cutOff
    }

    /// Money spent is not thrown away: a picture made from the same words fills an empty slot, whichever epoch made it.
    private mutating func keepLateResults(_ snapshot: Snapshot, made claim: PastClaim) {
        for asset in snapshot.assets where asset.status == .generated && asset.picture != nil {
            guard let index = record.assets.firstIndex(where: { $0.id == asset.id }),
                record.assets[index].status != .generated, record.assets[index].hadPresentWords(in: claim.epoch)
            else { continue }
            // Its calls were counted when its epoch ended.
            if snapshot.epoch < record.handOut.epoch, let earlier = record.assets[index].earlierAttempts {
                record.assets[index].earlierAttempts = max(0, earlier - asset.attempts) + record.assets[index].attempts
            }
            merge(asset)
            record.note(.lateResult, at: now, asset: record.assets[index].id, detail: "of epoch \(snapshot.epoch)")
            log(.lateResultKept(record.assets[index].id, epoch: snapshot.epoch))
        }
        if record.status.isTerminal { settleStatus(isTerminal: true, wasCanceled: record.status == .canceled) }
    }

    /// The status follows from the contents, never from what a message claims of itself.
    mutating func settleStatus(isTerminal: Bool, wasCanceled: Bool) {
        let outcome = JobStatus.outcome(of: record.assets.lazy.map(\.status), wasCanceled: wasCanceled)
        let next = isTerminal ? outcome : .generating
        if record.status.canBecome(next) { move(to: next) }
    }

    mutating func logFold() {
        let (made, total) = (record.completedImages, record.assets.count)
        log(.snapshotFolded(status: record.status, version: record.version, made: made, of: total))
        if record.status.isTerminal { logEnd() }
    }

    mutating func logEnd() {
        let (made, total) = (record.completedImages, record.assets.count)
        record.note(.finished, at: now, detail: "\(record.status.rawValue) \(made)/\(total)")
        log(.finished(status: record.status, made: made, of: total, duration: now - record.createdAt))
    }
}

/// An update with the seed's fields alone.
public struct ForeignUpdate: Hashable, Sendable {
    public var status: JobStatus
    public var completedImages: Int
    public var pictures: [AssetID: ForeignPicture]
    public var failedIDs: [AssetID]

    public init(
        status: JobStatus, completedImages: Int, pictures: [AssetID: ForeignPicture], failedIDs: [AssetID]
    ) {
        self.status = status
        self.completedImages = completedImages
        self.pictures = pictures
        self.failedIDs = failedIDs
    }
}

/// A picture as a worker that is not ours sends it.
public enum ForeignPicture: Hashable, Sendable {
    /// It came inside the update.
    case inline(Picture, Artifact)
    case link(String)
}

extension JobState {
    mutating func fold(_ update: ForeignUpdate, token: ReplyToken) {
        guard !record.isForgotten else { return reply(token, .forgotten(record)) }
        guard record.handOut.acceptance != .acknowledged else {
            return reply(
                token, .conflict(code: "unnumbered_update", message: "this job is reported on by a worker of ours"))
        }
        let (made, failed) = (record.completedImages, record.failedIDs.count)
        let isNews =
            update.completedImages >= made && update.pictures.count >= made
            && update.pictures.count + update.failedIDs.count >= made + failed
        guard isNews, !record.isFinal else {
            return reply(token, .conflict(code: "stale_update", message: "the update tells less than is known"))
        }
        acknowledge(.foreign)
        for index in record.assets.indices where record.assets[index].status != .generated {
            merge(update, into: index)
        }
        settleStatus(isTerminal: update.status.isTerminal, wasCanceled: update.status == .canceled)
        record.isFinal = record.status.isTerminal
        logFold()
        reply(token, .folded(record))
    }

    private mutating func merge(_ update: ForeignUpdate, into index: Int) {
        let id = record.assets[index].id
        switch update.pictures[id] {
        case .inline(let picture, let artifact):
            record.assets[index].picture = picture
            record.assets[index].status = .generated
            effects.attachments.append(artifact)
        case .link(let link):
            record.assets[index].link = link
            record.assets[index].status = .generated
        case nil:
            let hasFailed = update.failedIDs.contains(id) || update.status.isTerminal
            record.assets[index].status = hasFailed ? .failed : .generating
        }
    }
}
