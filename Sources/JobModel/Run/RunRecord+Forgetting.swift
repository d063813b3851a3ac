/// What a worker still knows of a run that it has emptied, or that was canceled before it came.
public struct ForgottenRun: Hashable, Sendable, Codable {
    public var at: Milliseconds
    /// Assets that it had; 0 for a run that never came.
    public var assets: Int
    /// How many of them were made.
    public var made: Int
}

extension RunRecord {
    /// Whether only its name, its outcome and its highest epoch are left.
    public var isForgotten: Bool { forgotten != nil }

    /// Stands for a run that was canceled and had not come: its addresses, claim and hashes name nothing.
    public var isGhost: Bool { forgotten?.assets == 0 }

    /// The artifacts that must be readable as long as this record stands.
    public var referencedHashes: [ContentHash] {
        isForgotten ? [] : [specification] + assets.compactMap(\.picture?.hash)
    }

    /// Who it was, what became of it and which epochs are over.
    func emptied(now: Milliseconds, keptUntil: Milliseconds) -> RunRecord {
        var left = RunRecord(
            jobID: jobID, owner: owner, caseID: caseID, epoch: epoch, claim: claim, stopBy: nil,
            specification: specification, requestHash: requestHash, webhookURL: "", artifactURL: nil,
            limits: RunLimits(), providers: [], acceptedAt: acceptedAt, assets: [])
        left.status = status
        left.version = version
        left.firstCallAt = firstCallAt
        left.finishedAt = finishedAt
        left.spent = spent
        left.isCancelWanted = isCancelWanted
        left.isSuperseded = isSuperseded
        left.cancelThrough = cancelThrough
        left.delivery.end = delivery.end
        left.keptUntil = keptUntil
        left.forgotten = ForgottenRun(at: now, assets: assets.count, made: assets.count { $0.state == .generated })
        return left
    }

    /// Remembers a cancel that overtook its trigger.
    static func ghost(of cancel: RunCancel, now: Milliseconds, keptUntil: Milliseconds) -> RunRecord {
        var ghost = RunRecord(
            jobID: cancel.job, owner: .local, caseID: CaseID(of: cancel.job), epoch: cancel.epoch ?? 0, claim: .none,
            stopBy: nil, specification: .none, requestHash: .none, webhookURL: "", artifactURL: nil,
            limits: RunLimits(), providers: [], acceptedAt: now, assets: [])
        ghost.status = .canceled
        ghost.finishedAt = now
        ghost.isCancelWanted = true
        ghost.cancelThrough = cancel.epoch
        ghost.keptUntil = keptUntil
        ghost.forgotten = ForgottenRun(at: now, assets: 0, made: 0)
        return ghost
    }
}

extension Claim {
    fileprivate static let none = Claim(known: "none")
    private init(known text: String) { self.text = text }
}

extension ContentHash {
    fileprivate static let none = ContentHash(digest: repeatElement(0, count: 32))
}
