import JobModel

/// Who listens to what, and who of them wants to be woken when: a value without locks or clocks, which counts turns.
struct NewsBoard<Place> {
    typealias ID = UInt64

    private struct Entry {
        let topic: NewsTopic
        let place: Place
        /// In turns.
        let pulse: UInt64?
        let isGuest: Bool
    }

    private var entries: [ID: Entry] = [:]
    private var topics: [NewsTopic: Set<ID>] = [:]
    /// Whose pulse comes at which turn; some of them may have left.
    private var due: [UInt64: [ID]] = [:]
    private var last: ID = 0
    private var turn: UInt64 = 0
    private(set) var guests = 0
    private var guestsOfOwners: [OwnerID: Int] = [:]

    var isEmpty: Bool { entries.isEmpty }

    func guests(of owner: OwnerID) -> Int { guestsOfOwners[owner] ?? 0 }

    /// Whether a guest more is within the bound: of all, and of one owner's. Whoever has a quarter of the places gets none
    /// of the last quarter, which is for others.
    func hasRoom(forGuestOf owner: OwnerID, atMost count: Int) -> Bool {
        let quarter = count / 4
        return guests < count && (guests(of: owner) < quarter || guests < count - quarter)
    }

    /// - Parameters:
    ///   - pulse: turns after which it is woken, again and again; nil for never.
    ///   - isGuest: it is counted, and sent away when guests are.
    mutating func add(_ place: Place, to topic: NewsTopic, pulse: UInt64?, isGuest: Bool) -> ID {
        last += 1
        entries[last] = Entry(topic: topic, place: place, pulse: pulse, isGuest: isGuest)
        topics[topic, default: []].insert(last)
        if let pulse { due[turn + max(1, pulse), default: []].append(last) }
        if isGuest {
            guests += 1
            guestsOfOwners[topic.owner, default: 0] += 1
        }
        return last
    }

    mutating func remove(_ id: ID) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        topics[entry.topic]?.remove(id)
        if topics[entry.topic]?.isEmpty == true { topics[entry.topic] = nil }
        guard entry.isGuest else { return }
        guests -= 1
        let left = guests(of: entry.topic.owner) - 1
        guestsOfOwners[entry.topic.owner] = left == 0 ? nil : left
    }

    /// Those that a change of this job concerns.
    func listeners(to key: JobService.CaseKey) -> [Place] {
        let ids = [topics[.job(key)], topics[.owner(key.owner)]].compactMap { $0 }.joined()
        return ids.compactMap { entries[$0]?.place }
    }

    var all: [Place] { entries.values.map(\.place) }

    var allGuests: [Place] { entries.values.filter(\.isGuest).map(\.place) }

    /// Takes the next turn.
    /// - Returns: those whose pulse comes with it.
    mutating func nextTurn() -> [Place] {
        turn += 1
        var places: [Place] = []
        for id in due.removeValue(forKey: turn) ?? [] {
            guard let entry = entries[id], let pulse = entry.pulse else { continue }
            places.append(entry.place)
            due[turn + max(1, pulse), default: []].append(id)
        }
        return places
    }
}
