/// What a history leaves behind: a digest of all that happened, and if asked for, its lines.
struct HistoryLog {
    let isTraced: Bool
    private(set) var digest: UInt64 = 0
    private(set) var lines: [String] = []

    init(isTraced: Bool) { self.isTraced = isTraced }

    mutating func note(_ kind: StepKind, at now: Int64, by process: UInt64) {
        digest = Dice.mix(digest ^ UInt64(bitPattern: now) &* 31 &+ UInt64(kind.rawValue) &* 8 &+ process)
    }

    mutating func note(_ happening: Happening) { digest = Dice.mix(digest &+ UInt64(happening.rawValue) &+ 1) }

    mutating func write(_ line: String) { lines.append(line) }
}
