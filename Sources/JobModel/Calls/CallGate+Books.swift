/// Keeping the books.
extension CallGate {
    /// The only place where what is known of a job changes. Nil takes it out.
    mutating func change(_ id: JobID, to next: Job?) {
        let before = jobs[id]
        books.replace(before, by: next)
        for (lane, count) in before?.demand.now ?? [:] { lanes[lane]?.hungry -= count }
        for (lane, count) in next?.demand.now ?? [:] {
            lanes[lane, default: CallLaneState(limits(lane.provider))].hungry += count
        }
        jobs[id] = next
    }

    mutating func change(_ id: JobID, _ edit: (inout Job) -> Void) {
        guard var job = jobs[id] else { return }
        edit(&job)
        change(id, to: job)
    }

    /// Whether nothing of any job or call is held.
    var isEmpty: Bool {
        jobs.isEmpty && books.isEmpty && turns.isEmpty && holders.isEmpty
            && lanes.values.allSatisfy { $0.hungry == 0 && $0.inFlight == 0 }
    }
}
