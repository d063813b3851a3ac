import Threads

/// A value that tests wait for: it changes on other threads, and every change is looked at by whoever waits.
final class Watched<Value: Sendable>: Sendable {
    private struct Contents {
        var value: Value
        var waiters: [UInt64: Waiter] = [:]
        var next: UInt64 = 0
    }

    private struct Waiter {
        /// Nil unless the value is what is waited for; tells the waiter. To be called outside the lock: cancellation runs
        /// under the canceled task's own lock, which resuming that task wants, and takes ours.
        let serving: @Sendable (Value) -> (@Sendable () -> Void)?
        let fail: @Sendable (any Error) -> Void
    }

    private let contents: Locked<Contents>

    init(_ value: Value) { contents = Locked(Contents(value: value)) }

    var value: Value { contents.withLock { $0.value } }

    func update(_ change: @Sendable (inout Value) -> Void) {
        let served = contents.withLock { contents in
            change(&contents.value)
            var served: [@Sendable () -> Void] = []
            for (id, waiter) in contents.waiters {
                guard let tell = waiter.serving(contents.value) else { continue }
                contents.waiters[id] = nil
                served.append(tell)
            }
            return served
        }
        for tell in served { tell() }
    }

    /// What `pick` makes of the value, as soon as it makes anything of it.
    /// - Throws: ``TimedOut`` after `limit`, which is there for tests that go wrong, not for slow machines.
    func wait<Result: Sendable>(
        for what: String, within limit: Duration = Limits.wait, _ pick: @escaping @Sendable (Value) -> Result?
    ) async throws -> Result {
        let id = contents.withLock { contents in
            contents.next += 1
            return contents.next
        }
        let bell = Task {
            try await Task.sleep(for: limit)
            self.fail(id, TimedOut(what: what, limit: limit))
        }
        defer { bell.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in register(id, pick, continuation) }
        } onCancel: {
            fail(id, CancellationError())
        }
    }

    private func register<Result: Sendable>(
        _ id: UInt64, _ pick: @escaping @Sendable (Value) -> Result?,
        _ continuation: CheckedContinuation<Result, any Error>
    ) {
        let waiter = Waiter(
            serving: { value in
                guard let result = pick(value) else { return nil }
                return { continuation.resume(returning: result) }
            },
            fail: { continuation.resume(throwing: $0) })
        let end: (@Sendable () -> Void)? = contents.withLock { contents in
            if Task.isCancelled { return { waiter.fail(CancellationError()) } }
            let served = waiter.serving(contents.value)
            if served == nil { contents.waiters[id] = waiter }
            return served
        }
        end?()
    }

    private func fail(_ id: UInt64, _ error: any Error) {
        let waiter = contents.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.fail(error)
    }
}

struct TimedOut: Error, CustomStringConvertible {
    let what: String
    let limit: Duration

    var description: String { "waited \(limit) in vain for \(what)" }
}

/// Upper bounds. None is ever waited out by a test that passes.
enum Limits {
    static let wait = Duration.seconds(120)
    static let stop = Duration.seconds(30)
}

/// Asks again and again, for facts that nothing announces: a descriptor that the kernel closed, a peer's end that
/// another process has yet to see.
@discardableResult
func eventually<Result>(
    _ what: String, within limit: Duration = Limits.wait, _ look: () async throws -> Result?
) async throws -> Result {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while clock.now < end {
        if let result = try await look() { return result }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw TimedOut(what: what, limit: limit)
}
