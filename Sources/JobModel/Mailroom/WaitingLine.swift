/// Keys in the order in which they came, each once.
struct WaitingLine<Key: Hashable & Sendable>: Sendable {
    private var keys: [Key] = []
    /// Of those in `keys` that are gone already.
    private var taken = 0
    private var members: Set<Key> = []

    var isEmpty: Bool { members.isEmpty }

    func contains(_ key: Key) -> Bool { members.contains(key) }

    mutating func append(_ key: Key) {
        if members.insert(key).inserted { keys.append(key) }
    }

    mutating func popFirst() -> Key? {
        guard taken < keys.count else { return nil }
        let key = keys[taken]
        taken += 1
        members.remove(key)
        if taken > 64, 2 * taken > keys.count {
            keys.removeFirst(taken)
            taken = 0
        }
        return key
    }
}
