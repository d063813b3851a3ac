import JobModel
import Threads

extension MemoryStore: ArtifactStore {
    public func artifact(_ hash: ContentHash, owner: OwnerID) async throws(StoreError) -> [UInt8]? {
        try whileOpen { $0.artifacts[ArtifactName(owner: owner, hash: hash)]?.bytes }
    }

    public func hasArtifact(_ hash: ContentHash, owner: OwnerID) throws(StoreError) -> Bool {
        let kept = try whileOpen { $0.artifacts[ArtifactName(owner: owner, hash: hash)] }
        return kept.map { $0.condemnedAt == nil } ?? false
    }

    public func store(_ artifact: Artifact) async throws(StoreError) {
        try artifact.checkLimits()
        let now = clock.now()
        try whileOpen { $0.keep(artifact, now: now) }
    }

    public func artifacts(after: ArtifactName?, limit: Int) async throws(StoreError) -> [ArtifactSummary] {
        let artifacts = try whileOpen { state in
            state.artifacts.filter { name, _ in after.map { $0 < name } ?? true }
        }
        return artifacts.sorted { $0.key < $1.key }.prefix(max(0, limit)).map { name, kept in
            ArtifactSummary(
                name: name, bytes: kept.bytes.count, touchedAt: kept.touchedAt, condemnedAt: kept.condemnedAt)
        }
    }

    public func carryOut(_ orders: [ArtifactOrder]) async throws(StoreError) -> [Bool] {
        try orders.checkLimits()
        let now = clock.now()
        return try whileOpen { state in orders.map { state.carryOut($0, now: now) } }
    }
}

extension MemoryStore.State {
    mutating func keep(_ artifact: Artifact, now: Milliseconds) {
        let name = ArtifactName(owner: artifact.owner, hash: artifact.hash)
        let standing = artifacts[name]
        let isFresh = standing.map { now - $0.touchedAt < ArtifactLimits.touchPrecision } ?? false
        let touchedAt = isFresh && standing?.condemnedAt == nil ? standing?.touchedAt : nil
        artifacts[name] = MemoryStore.Kept(bytes: artifact.bytes, touchedAt: touchedAt ?? now, condemnedAt: nil)
    }

    /// Whether it was done.
    fileprivate mutating func carryOut(_ order: ArtifactOrder, now: Milliseconds) -> Bool {
        switch order {
        case .condemn(let name, let condemnedAt, let untouchedSince):
            guard let kept = artifacts[name], kept.condemnedAt == nil, kept.touchedAt < untouchedSince else {
                return false
            }
            artifacts[name]?.condemnedAt = condemnedAt
        case .spare(let name):
            guard artifacts[name]?.condemnedAt != nil else { return false }
            artifacts[name]?.condemnedAt = nil
            artifacts[name]?.touchedAt = now
        case .remove(let name, let condemnedBefore):
            guard let condemnedAt = artifacts[name]?.condemnedAt, condemnedAt < condemnedBefore else { return false }
            artifacts[name] = nil
        }
        return true
    }
}
