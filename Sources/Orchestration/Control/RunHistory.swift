import JSONCoding
import JobModel

/// A worker's own account of one epoch, as it is stored beside the job.
public struct RunHistory: Hashable, Sendable, Codable {
    public struct Asset: Hashable, Sendable, Codable {
        public var id: AssetID
        public var events: [AssetEvent]

        public init(id: AssetID, events: [AssetEvent]) {
            self.id = id
            self.events = events
        }
    }

    public var epoch: Int
    public var assets: [Asset]
    public var deliveries: [DeliveryTry]

    public static let limits = JSONLimits(maximumBytes: 8 << 20, maximumDepth: 16)

    public init(epoch: Int, assets: [Asset], deliveries: [DeliveryTry]) {
        self.epoch = epoch
        self.assets = assets
        self.deliveries = deliveries
    }

    /// Nil if the snapshot brought none: it is not the last of its epoch, or its worker keeps none.
    public init?(of snapshot: Snapshot) {
        let assets = snapshot.assets.compactMap { asset in asset.history.map { Asset(id: asset.id, events: $0) } }
        guard snapshot.isFinal, !assets.isEmpty else { return nil }
        epoch = snapshot.epoch
        self.assets = assets
        deliveries = snapshot.deliveries ?? []
    }

    static func artifact(of snapshot: Snapshot) -> Artifact? {
        guard let history = RunHistory(of: snapshot) else { return nil }
        // Strings and numbers of our own types: there is nothing in it that cannot be written.
        guard let bytes = try? JSON.encode(history, style: .sorted) else { return nil }
        return Artifact(owner: snapshot.owner, bytes: bytes)
    }
}
