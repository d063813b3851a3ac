import JobModel

/// Who listens to what, and who of them is due a sign of life: a value without locks or clocks.
struct NewsBoard<Place> {
    typealias ID = UInt64

    /// Every listener that wants signs of life gets one in each round of so many turns; the work is spread over them.
    static var turnsInRound: UInt64 { 15 }

    private struct Entry {
        let topic: NewsTopic
        let place: Place
        let isGuest: Bool
    }

    private var entries: [ID: Entry] = [:]
    private var topics: [NewsTopic: Set<ID>] = [:]
    private var rounds: [UInt64: Set<ID>] = [:]
    private var last: ID = 0
    private var turn: UInt64 = 0
    private(set) var guests = 0

    var isEmpty: Bool { entries.isEmpty }

    /// - Parameter isGuest: it is counted, and sent away when guests are.
    mutating func add(_ place: Place, to topic: NewsTopic, wantsPulse: Bool, isGuest: Bool) -> ID {
        last += 1
        entries[last] = Entry(topic: topic, place: place, isGuest: isGuest)
        topics[topic, default: []].insert(last)
        // The turn that has just been comes up again last.
        if wantsPulse { rounds[turn % Self.turnsInRound, default: []].insert(last) }
        if isGuest { guests += 1 }
        return last
    }

    mutating func remove(_ id: ID) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        topics[entry.topic]?.remove(id)
        if topics[entry.topic]?.isEmpty == true { topics[entry.topic] = nil }
        for turn in rounds.keys { rounds[turn]?.remove(id) }
        if entry.isGuest { guests -= 1 }
    }

    /// Those that a change of this job concerns.
    func listeners(to key: JobService.CaseKey) -> [Place] {
        let ids = [topics[.job(key)], topics[.owner(key.owner)]].compactMap { $0 }.joined()
        return ids.compactMap { entries[$0]?.place }
    }

    var all: [Place] { entries.values.map(\.place) }

    var allGuests: [Place] { entries.values.filter(\.isGuest).map(\.place) }

    /// Those whose turn comes next.
    mutating func nextTurn() -> [Place] {
        turn += 1
        return (rounds[turn % Self.turnsInRound] ?? []).compactMap { entries[$0]?.place }
    }
}
