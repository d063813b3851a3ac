/// The alerts that stand, and what of them was told: one document, shared by all processes over a store.
///
/// Each is told once when it begins to hold and once when it ends, also over restarts and by several processes: what is
/// owed follows from the difference between what holds and what the listener knows, so a message that did not arrive is
/// sent again, and an alert that came and went before anybody tried to tell it is not told at all. Of one alert no two
/// messages are on their way at once.
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
        /// Whether the listener has said that it was told of this.
        public var isTold: Bool
        /// Whether anybody has tried to tell of it: that may have arrived without our knowing.
        public var wasTried: Bool
        /// The same of its end; nil in books of an earlier version.
        public var endWasTried: Bool?
        /// Nobody else tells it before: whoever is at it has set this.
        public var nextTry: Milliseconds

        init(_ alert: Alert, since: Milliseconds, now: Milliseconds) {
            self.alert = alert
            self.since = since
            (holds, isTold, wasTried, nextTry) = (true, false, false, now)
        }

        var owed: AlertMessage? {
            holds && isTold ? nil : AlertMessage(alert, holds ? .raised : .cleared, since: since)
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
            lines[name] = line.isTold || line.wasTried ? Self.over(line, now: now) : nil
            changes.append(AlertMessage(line.alert, .cleared, since: line.since))
        }
        for (name, alert) in found.sorted(by: { $0.key < $1.key }) where lines[name]?.holds != true {
            guard lines[name] != nil || lines.count < Self.maximumAlerts else { continue }
            raise(alert, now: now)
            changes.append(AlertMessage(alert, .raised, since: lines[name]?.since ?? now))
        }
        return changes
    }

    /// Whoever is still at telling of it is not overtaken by its end.
    private static func over(_ line: Line, now: Milliseconds) -> Line {
        var line = line
        line.holds = false
        line.endWasTried = false
        if line.isTold { line.nextTry = now }
        return line
    }

    /// One whose end nobody has tried to tell goes on. Otherwise the listener may take it for over: it is another one, of
    /// a later time and so with an id of its own.
    private mutating func raise(_ alert: Alert, now: Milliseconds) {
        guard var line = lines[alert.name] else {
            lines[alert.name] = Line(alert, since: now, now: now)
            return
        }
        if line.endWasTried ?? true {
            let nextTry = line.nextTry
            line = Line(alert, since: max(now, line.since + 1), now: now)
            // Whoever is still at telling the end is not overtaken either.
            line.nextTry = nextTry
        }
        line.holds = true
        line.alert = alert
        lines[alert.name] = line
    }

    /// One message that is to be told now, of those that are the one that has waited longest since it was owed or tried.
    /// The caller has it to himself for ``pause``.
    public mutating func takeOwed(now: Milliseconds) -> AlertMessage? {
        // What a clock ahead of ours has set keeps nothing back for longer.
        let later = now + 1...now + Self.pause
        let due = lines.filter { $0.value.owed != nil && !later.contains($0.value.nextTry) }
        let first = due.min { one, other in
            (one.value.nextTry, one.value.since, one.key) < (other.value.nextTry, other.value.since, other.key)
        }
        guard let (name, line) = first else { return nil }
        lines[name]?.nextTry = now + Self.pause
        if line.holds { lines[name]?.wasTried = true } else { lines[name]?.endWasTried = true }
        return line.owed
    }

    /// The listener has taken it in.
    public mutating func told(_ message: AlertMessage) {
        let name = Alert(message.kind, message.facts).name
        guard var line = lines[name], line.since == message.since else { return }
        switch message.state {
        case .raised:
            line.isTold = true
            // Nobody is at it any more, unless at its end already.
            if line.endWasTried == false { line.nextTry = min(line.nextTry, line.since) }
            lines[name] = line
        case .cleared:
            if !line.holds { lines[name] = nil }
        }
    }
}
