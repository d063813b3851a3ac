/// First in, first out. (A slice would keep what was taken from it, pictures and all, until it grows again.)
struct StepQueue<Step: Sendable>: Sendable {
    private var steps: [Step?] = []
    private var head = 0

    var count: Int { steps.count - head }

    mutating func add(_ new: [Step]) {
        for step in new { steps.append(step) }
    }

    mutating func next() -> Step? {
        guard head < steps.count else { return nil }
        let step = steps[head]
        steps[head] = nil
        head += 1
        if head == steps.count {
            // After a burst the room for it is given back.
            steps.removeAll(keepingCapacity: steps.count <= Self.roomKept)
            head = 0
        } else if head > Self.roomKept {
            steps.removeFirst(head)
            head = 0
        }
        return step
    }

    private static var roomKept: Int { 1_024 }
}
