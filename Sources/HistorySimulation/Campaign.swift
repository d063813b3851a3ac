import Threads

/// Many histories, over several threads.
public enum Campaign {
    public struct Report: Sendable {
        public fileprivate(set) var histories = 0
        public fileprivate(set) var steps = 0
        public fileprivate(set) var coverage = Coverage()
        /// Of the lowest seed that broke a rule.
        public fileprivate(set) var violation: Violation?

        fileprivate mutating func add(_ outcome: History.Outcome) {
            histories += 1
            steps += outcome.steps
            coverage += outcome.coverage
            if let next = outcome.violation, violation.map({ next.seed < $0.seed }) ?? true { violation = next }
        }

        fileprivate mutating func add(_ other: Report) {
            histories += other.histories
            steps += other.steps
            coverage += other.coverage
            if let next = other.violation, violation.map({ next.seed < $0.seed }) ?? true { violation = next }
        }
    }

    private struct Work {
        var next: UInt64
        let end: UInt64
        var report = Report()
    }

    private static let share: UInt64 = 16

    /// Runs the histories of these seeds; soon after one broke a rule, no more are begun.
    /// - Parameters:
    ///   - begins: called on the thread that runs the history, with the thread's number.
    ///   - progress: called now and then with what was done so far, from any of the threads, one call at a time.
    public static func run(
        seeds: Range<UInt64>, threads: Int,
        begins: @escaping @Sendable (_ seed: UInt64, _ thread: Int) -> Void = { _, _ in },
        progress: @escaping @Sendable (Report) -> Void = { _ in }
    ) async -> Report {
        let work = Locked(Work(next: seeds.lowerBound, end: seeds.upperBound))
        let crew = (0..<max(1, threads)).map { number in
            OwnerThread(name: "history-\(number)") {
                while let share = take(from: work) {
                    var report = Report()
                    for seed in share where report.violation == nil {
                        begins(seed, number)
                        report.add(History.run(seed: seed))
                    }
                    let done = report
                    work.withLock { work in
                        work.report.add(done)
                        progress(work.report)
                    }
                }
            }
        }
        for thread in crew { await thread.join() }
        return work.withLock { $0.report }
    }

    private static func take(from work: Locked<Work>) -> Range<UInt64>? {
        work.withLock { work in
            guard work.next < work.end, work.report.violation == nil else { return nil }
            let first = work.next
            work.next = min(work.end, first + share)
            return first..<work.next
        }
    }
}
