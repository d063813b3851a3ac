/// Keys with the instant at which each wants attention; the earliest is found at once.
struct DueQueue<Key: Hashable & Sendable>: Sendable {
    private var heap: [(due: Milliseconds, key: Key)] = []
    private var current: [Key: Milliseconds] = [:]

    /// The earliest instant; nil if nothing is due ever.
    var next: Milliseconds? {
        mutating get {
            dropStale()
            return heap.first?.due
        }
    }

    /// Replaces the key's instant; nil takes the key out.
    mutating func set(_ key: Key, due: Milliseconds?) {
        guard current[key] != due else { return }
        current[key] = due
        if let due { push(due, key) }
        // Replaced instants stay in the heap until they surface; rebuild before they outnumber the live ones.
        if heap.count > 64, heap.count > 2 * current.count { rebuild() }
    }

    /// Takes out and returns every key whose instant is not later than `now`.
    mutating func popDue(at now: Milliseconds) -> [Key] {
        var keys: [Key] = []
        while true {
            dropStale()
            guard let first = heap.first, first.due <= now else { return keys }
            removeFirst()
            current[first.key] = nil
            keys.append(first.key)
        }
    }

    private mutating func dropStale() {
        while let first = heap.first, current[first.key] != first.due { removeFirst() }
    }

    private mutating func rebuild() {
        // In the order in which they stand: a dictionary has another in every process, and a history must be replayable.
        var seen: Set<Key> = []
        heap.removeAll { current[$0.key] != $0.due || !seen.insert($0.key).inserted }
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    }

    private mutating func push(_ due: Milliseconds, _ key: Key) {
        heap.append((due, key))
        var index = heap.count - 1
        while index > 0, heap[(index - 1) / 2].due > heap[index].due {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        if !heap.isEmpty { siftDown(0) }
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        while true {
            let left = 2 * index + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].due < heap[left].due ? right : left
            guard heap[child].due < heap[index].due else { return }
            heap.swapAt(index, child)
            index = child
        }
    }
}
