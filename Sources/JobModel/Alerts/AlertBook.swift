/// The alerts that stand, and what of them was told: one document, shared by all processes over a store.
///
/// Each is told once when it begins to hold and once when it ends, also over restarts and by several processes: what is
/// owed follows from the difference between what holds and what the listener knows, so a message that did not arrive is
/// sent again, and an alert that came and went before anybody tried to tell it is not told at all.
public struct AlertBook: Hashable, Sendable, Codable {
    public static let format: UInt16 = 1
    /// More stand only if there are as many owners or receivers in trouble; the rest wait for a place.
    public static let maximumAlerts = 500
    /// Between two tries to tell the same.
    public static let pause: Milliseconds = 60_000

    public struct Line: Hashable, Sendable, Codable {
        public var alert: Alert
        public var since: Milliseconds
        public var holds: Bool
        /// Whether the listener takes it for raised.
        public var isTold: Bool
        /// Whether anybody has tried to say so: it may have arrived without our knowing.
        public var wasTried: Bool
        /// Nobody else tells it before: whoever is at it has set this.
        public var nextTry: Milliseconds

        var owed: AlertMessage? {
            holds == isTold ? nil : AlertMessage(alert, holds ? .raised : .cleared, since: since)
        }
    }

    public var writeID: UInt64 = 0
    public private(set) var lines: [String: Line] = [:]

    private enum CodingKeys: String, CodingKey {
        case writeID = "writeId"
        case lines
    }

    public init() {}

    public func isStanding(_ kind: Alert.Kind) -> Bool { lines.values.contains { $0.alert.kind == kind && $0.holds } }

    public var standing: [Alert] { lines.values.filter(\.holds).map(\.alert).sorted { $0.name < $1.name } }

    /// Takes in all that holds now of some kinds: what does not hold any more is over.
    /// - Returns: what has changed, in the order of names.
    public mutating func observe(_ holding: [Alert], of kinds: Set<Alert.Kind>, now: Milliseconds) -> [AlertMessage] {
        let found = Dictionary(
            holding.filter { kinds.contains($0.kind) }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var changes: [AlertMessage] = []
        for (name, line) in lines.sorted(by: { $0.key < $1.key })
        where line.holds && kinds.contains(line.alert.kind) && found[name] == nil {
            lines[name]?.holds = false
            lines[name]?.isTold = true
            lines[name]?.nextTry = now
            changes.append(AlertMessage(line.alert, .cleared, since: line.since))
            if !line.isTold, !line.wasTried { lines[name] = nil }
        }
        for (name, alert) in found.sorted(by: { $0.key < $1.key }) where lines[name]?.holds != true {
            guard lines[name] != nil || lines.count < Self.maximumAlerts else { break }
            raise(alert, now: now)
            changes.append(AlertMessage(alert, .raised, since: lines[name]?.since ?? now))
        }
        return changes
    }

    /// One whose end was not told yet goes on.
    private mutating func raise(_ alert: Alert, now: Milliseconds) {
        let since = lines[alert.name]?.since
        lines[alert.name] = Line(
            alert: alert, since: since ?? now, holds: true, isTold: since != nil, wasTried: since != nil, nextTry: now)
    }

    /// What is to be told now, oldest first. The caller has it to himself for ``pause``.
    public mutating func takeOwed(now: Milliseconds) -> [AlertMessage] {
        // What a clock ahead of ours has set keeps nothing back for longer.
        let later = now + 1...now + Self.pause
        let due = lines.filter { $0.value.owed != nil && !later.contains($0.value.nextTry) }
        for name in due.keys {
            lines[name]?.nextTry = now + Self.pause
            lines[name]?.wasTried = true
        }
        return due.values.compactMap(\.owed).sorted { ($0.since, $0.id) < ($1.since, $1.id) }
    }

    /// The listener has taken it in.
    public mutating func told(_ message: AlertMessage) {
        let name = Alert(message.kind, message.facts).name
        guard let line = lines[name], line.since == message.since else { return }
        lines[name]?.isTold = message.state == .raised
        if message.state == .cleared, !line.holds { lines[name] = nil }
    }
}
