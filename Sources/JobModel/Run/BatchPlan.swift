/// The order in which assets are started.
public struct BatchPlan: Hashable, Sendable {
    /// Indexes into the run's assets.
    public let batches: [[Int]]

    /// Priority order first; then runs of one kind are cut into batches of the window of that kind.
    public init(assets: [(kind: AssetKind, priority: Int)], limits: RunLimits) {
        let order = assets.indices.sorted { left, right in
            (assets[left].priority, left) < (assets[right].priority, right)
        }
        var batches: [[Int]] = []
        for index in order {
            let kind = assets[index].kind
            let size = BatchPlan.window(of: kind, limits: limits)
            if let last = batches.last, last.count < size, assets[last[0]].kind == kind {
                batches[batches.count - 1].append(index)
            } else {
                batches.append([index])
            }
        }
        self.batches = batches
    }

    static func window(of kind: AssetKind, limits: RunLimits) -> Int {
        kind == .location ? min(limits.locationWindow, limits.window) : limits.window
    }

    /// All indexes in the order of their turn.
    public var order: [Int] { batches.flatMap { $0 } }
}
