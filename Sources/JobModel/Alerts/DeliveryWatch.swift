/// How the webhooks to each receiver fare, to tell one that is down from one that was slow once.
public struct DeliveryWatch: Hashable, Sendable {
    private struct Trouble: Hashable {
        var failures = 0
        let since: Milliseconds
        var lastAt: Milliseconds
        /// The outcome of a run was given up.
        var isLost = false
    }

    /// By scheme, host and port.
    private var troubles: [String: Trouble] = [:]
    /// Who took something before it was known what an earlier process had left standing; nil from then on.
    private var well: Set<String>? = []

    static let leastFailures = 5
    static let leastTime: Milliseconds = 60_000
    /// The schedule of a final webhook pauses for a day at the most.
    static let patience: Milliseconds = 2 * 86_400_000
    static let receiversAtMost = 200

    public init() {}

    /// Whether it is known what an earlier process has left standing.
    public var hasTakenUp: Bool { well == nil }

    /// - Parameter standing: alerts of an earlier process, which hold until it is known better.
    public mutating func takeUp(_ standing: [Alert], now: Milliseconds) {
        defer { well = nil }
        for alert in standing where alert.kind == .deliveryFailing {
            guard let receiver = alert.facts.receiver, well?.contains(receiver) != true else { continue }
            let own = troubles[receiver]
            troubles[receiver] = Trouble(
                failures: max(Self.leastFailures, alert.facts.failures ?? 0) + (own?.failures ?? 0),
                since: now - Self.leastTime, lastAt: now, isLost: own?.isLost ?? false)
        }
    }

    /// - Parameter isLost: it is not tried any more, and was the last word of its run.
    public mutating func failed(_ receiver: String, isLost: Bool, now: Milliseconds) {
        var trouble = troubles[receiver] ?? Trouble(since: now, lastAt: now)
        trouble.failures += 1
        trouble.lastAt = now
        trouble.isLost = trouble.isLost || isLost
        troubles[receiver] = trouble
        guard troubles.count > Self.receiversAtMost else { return }
        if let oldest = troubles.min(by: { ($0.value.lastAt, $0.key) < ($1.value.lastAt, $1.key) }) {
            troubles[oldest.key] = nil
        }
    }

    public mutating func delivered(_ receiver: String) {
        troubles[receiver] = nil
        if let known = well, known.count < Self.receiversAtMost { well?.insert(receiver) }
    }

    /// Forgets those of whom nothing was heard for long.
    public mutating func holding(now: Milliseconds) -> [Alert] {
        troubles = troubles.filter { now - $0.value.lastAt < Self.patience }
        return troubles.sorted { $0.key < $1.key }.compactMap { receiver, trouble in
            let isLasting = trouble.failures >= Self.leastFailures && now - trouble.since >= Self.leastTime
            guard isLasting || trouble.isLost else { return nil }
            var facts = Alert.Facts()
            facts.receiver = receiver
            facts.failures = trouble.failures
            return Alert(.deliveryFailing, facts)
        }
    }
}
