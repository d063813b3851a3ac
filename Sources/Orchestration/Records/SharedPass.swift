import Threads

/// Work whose outcome serves everybody who asked before it began: those who ask meanwhile get the next, one for all.
///
/// It goes on if all who asked are canceled: others may ask before it ends.
final class SharedPass<Outcome: Sendable>: Sendable {
    private struct State {
        var waiting: [UInt64: CheckedContinuation<Outcome?, Never>] = [:]
        var lastNumber: UInt64 = 0
        var isRunning = false
    }

    private let body: @Sendable () async -> Outcome
    private let state = Locked(State())

    init(_ body: @escaping @Sendable () async -> Outcome) { self.body = body }

    /// How many have asked and were not answered yet.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// - Returns: nil if the caller was canceled before.
    func outcome() async -> Outcome? {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isCanceled, begins) = state.withLock { state in
                    if Task.isCancelled { return (true, false) }
                    state.waiting[number] = continuation
                    defer { state.isRunning = true }
                    return (false, !state.isRunning)
                }
                if isCanceled { continuation.resume(returning: nil) }
                if begins { Task { await self.run() } }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
        }
    }

    /// Until nobody waits.
    private func run() async {
        while let served = begin() {
            let outcome = await body()
            for waiter in end(served) { waiter.resume(returning: outcome) }
        }
    }

    /// The number of the last who asked before.
    private func begin() -> UInt64? {
        state.withLock { state in
            state.isRunning = !state.waiting.isEmpty
            return state.isRunning ? state.lastNumber : nil
        }
    }

    private func end(_ served: UInt64) -> [CheckedContinuation<Outcome?, Never>] {
        state.withLock { state in
            let numbers = state.waiting.keys.filter { $0 <= served }
            return numbers.compactMap { state.waiting.removeValue(forKey: $0) }
        }
    }
}
