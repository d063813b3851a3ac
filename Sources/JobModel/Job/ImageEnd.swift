/// How one image of a job ended, as its worker reported it.
public struct ImageEnd: Hashable, Sendable {
    public var asset: AssetID
    public var kind: AssetKind
    public var state: AssetState
    /// Who was asked last; nil where nobody was, or a worker that is not ours did not say.
    public var provider: String?

    public init(asset: AssetID, kind: AssetKind, state: AssetState, provider: String?) {
        self.asset = asset
        self.kind = kind
        self.state = state
        self.provider = provider
    }
}

extension JobState {
    /// Images that have ended since: each once in each epoch that was to make it.
    func imageEnds(since before: JobRecord) -> [ImageEnd] {
        guard before.jobID == record.jobID, before.assets.count == record.assets.count else { return [] }
        return zip(before.assets, record.assets).compactMap { old, new in
            guard !before.hasEnded(old), record.hasEnded(new) else { return nil }
            return ImageEnd(
                asset: new.id, kind: new.kind, state: new.status, provider: new.source?.provider ?? new.provider)
        }
    }
}

extension JobRecord {
    /// One that a deadline cut off may go on, until the job says that it does not.
    fileprivate func hasEnded(_ asset: JobAsset) -> Bool { asset.status.isSettled && (isFinal || !asset.isCutOff) }
}
