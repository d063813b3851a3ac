/// Lets one call look up a name while the others to that name wait, and bounds how many names are looked up at once.
///
/// libcurl starts a thread for each lookup that its cache cannot answer, so a burst of calls to a name it has not seen
/// would start as many threads. Pure: each event returns what the engine must do, in order.
struct LookupQueue<ID: Hashable> {
    enum Action: Equatable {
        /// Begin this call; if it leads, tell the queue how its lookup went.
        case begin(ID, leads: Bool)
        /// Its name is not known.
        case fail(ID)
    }

    private struct Name {
        var leader: ID?
        /// May hold calls that have left; ``nameOf`` says which.
        var waiters: [ID] = []
    }

    private let maximum: Int
    private var names: [String: Name] = [:]
    private var nameOf: [ID: String] = [:]
    /// Names that wait for a place, first in, first out.
    private var line: [String] = []
    private var leaders = 0

    init(maximum: Int) { self.maximum = max(1, maximum) }

    var isEmpty: Bool { nameOf.isEmpty }

    /// A call to `name` arrives.
    mutating func enter(_ id: ID, name: String) -> [Action] {
        nameOf[id] = name
        if names[name] != nil {
            names[name]?.waiters.append(id)
            return []
        }
        if leaders >= maximum {
            names[name] = Name(leader: nil, waiters: [id])
            line.append(name)
            return []
        }
        leaders += 1
        names[name] = Name(leader: id)
        return [.begin(id, leads: true)]
    }

    /// The leader knows the address: libcurl's cache answers the others at once.
    mutating func found(_ id: ID) -> [Action] {
        settle(id) { .begin($0, leads: false) }
    }

    /// There is no such name: that answers the others too.
    mutating func notFound(_ id: ID) -> [Action] {
        settle(id) { .fail($0) }
    }

    /// The call ended for a reason of its own; if it led, another takes its place. Nothing happens for calls that are
    /// not in the queue any more.
    mutating func leave(_ id: ID) -> [Action] {
        guard let name = nameOf.removeValue(forKey: id), names[name]?.leader == id else { return [] }
        leaders -= 1
        names[name]?.leader = nil
        return lead(name) ?? nextInLine()
    }

    private mutating func settle(_ id: ID, _ action: (ID) -> Action) -> [Action] {
        guard let name = nameOf[id], let entry = names[name], entry.leader == id else { return [] }
        names[name] = nil
        nameOf[id] = nil
        leaders -= 1
        var actions: [Action] = []
        for waiter in entry.waiters where nameOf[waiter] == name {
            nameOf[waiter] = nil
            actions.append(action(waiter))
        }
        return actions + nextInLine()
    }

    private mutating func nextInLine() -> [Action] {
        while !line.isEmpty, leaders < maximum {
            if let actions = lead(line.removeFirst()) { return actions }
        }
        return []
    }

    /// Makes the first waiter that is still there the leader; nil if there is none, and the name is forgotten then.
    private mutating func lead(_ name: String) -> [Action]? {
        guard var entry = names[name] else { return nil }
        guard let index = entry.waiters.firstIndex(where: { nameOf[$0] == name }) else {
            names[name] = nil
            return nil
        }
        entry.leader = entry.waiters[index]
        entry.waiters.removeFirst(index + 1)
        names[name] = entry
        leaders += 1
        return entry.leader.map { [.begin($0, leads: true)] }
    }
}
