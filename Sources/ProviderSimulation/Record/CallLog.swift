import Threads

/// ``CallHistory`` behind a lock, with those who wait for it to reach some state.
final class CallLog: Sendable {
    private struct State {
        var history = CallHistory()
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0

        /// Takes out the waiters whose condition now holds.
        mutating func satisfied() -> [Waiter] {
            guard !waiters.isEmpty else { return [] }
            let done = waiters.filter { $0.value.condition(history.sums) }
            for key in done.keys { waiters[key] = nil }
            return Array(done.values)
        }
    }

    private struct Waiter: Sendable {
        let condition: @Sendable (CallSums) -> Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let state = Locked(State())
    private let start = ContinuousClock.now

    /// Since the log was made, in ms.
    var elapsedMs: Double { (ContinuousClock.now - start) / .milliseconds(1) }

    var sums: CallSums { state.withLock { $0.history.sums } }

    func records(after: Int, limit: Int) -> [CallRecord] {
        state.withLock { $0.history.records(after: after, limit: limit) }
    }

    func begin(_ make: (Int) -> CallRecord) -> Int {
        change { $0.begin(make) }
    }

    func update(_ number: Int, _ body: (inout CallRecord) -> Void) {
        state.withLock { $0.history.update(number, body) }
    }

    func end(_ number: Int, _ outcome: CallRecord.Outcome) {
        let now = elapsedMs
        change { $0.end(number, outcome, at: now) }
    }

    /// One call more or fewer stands at a `hold` step.
    func holds(_ change: Int) { self.change { $0.holds(change) } }

    /// The call was decided to be one a provider would charge for.
    func bill(_ number: Int, form: String) { change { $0.bill(number, form: form) } }

    /// Changes sums that belong to no single call.
    func count(_ body: (inout CallSums) -> Void) { change { $0.count(body) } }

    func reset() { change { $0.reset() } }

    /// Waits until the sums fit; evaluated at once and after every change, under a lock: keep it short.
    ///
    /// - Returns: false when the task was cancelled first.
    func wait(until condition: @escaping @Sendable (CallSums) -> Bool) async -> Bool {
        let key = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if condition(state.history.sums) { return true }
                    // Checked under the lock: a cancellation after this finds the waiter and one before it is seen here.
                    if Task.isCancelled { return false }
                    state.waiters[key] = Waiter(condition: condition, continuation: continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.continuation.resume(returning: false)
        }
    }

    private func change<Result: Sendable>(_ body: (inout CallHistory) -> Result) -> Result {
        let (result, satisfied) = state.withLock { state in
            let result = body(&state.history)
            return (result, state.satisfied())
        }
        for waiter in satisfied { waiter.continuation.resume(returning: true) }
        return result
    }
}
