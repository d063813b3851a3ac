/// What is to happen, in order of time; of things that happen in one millisecond, chance decides which comes first.
struct Agenda {
    struct Item {
        let at: Int64
        let tie: UInt64
        let number: UInt64
        let kind: StepKind
        /// Nothing happens if it has died by then.
        let owner: Process?
        let run: () -> Void

        fileprivate func isBefore(_ other: Item) -> Bool {
            (at, tie, number) < (other.at, other.tie, other.number)
        }
    }

    private var heap: [Item] = []
    private var added: UInt64 = 0

    /// When the next thing is to happen.
    var next: Int64? { heap.first?.at }

    mutating func add(at instant: Int64, tie: UInt64, _ kind: StepKind, owner: Process?, _ run: @escaping () -> Void) {
        added += 1
        heap.append(Item(at: instant, tie: tie, number: added, kind: kind, owner: owner, run: run))
        var index = heap.count - 1
        while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func take() -> Item? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap[0] = last
        siftDown()
        return first
    }

    private mutating func siftDown() {
        var index = 0
        while true {
            let left = 2 * index + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].isBefore(heap[left]) ? right : left
            guard heap[child].isBefore(heap[index]) else { return }
            heap.swapAt(index, child)
            index = child
        }
    }
}

/// What a step of a history is, as its digest and its printed form name it.
enum StepKind: UInt8 {
    case work
    case commit
    case told
    case pause
    case wake
    case request
    case answer
    case timeout
    case call
    case person
    case sweep
    case kill
    case start
    case heal
}
