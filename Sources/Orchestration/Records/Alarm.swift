import JobModel
import Threads

/// One sleeper who can be woken early.
final class Alarm: Sendable {
    private struct Contents {
        var sleeper: CheckedContinuation<Void, Never>?
        /// When the sleeper wakes by itself; nil: never.
        var until: Milliseconds?
        var isRinging = false
        var nap: Task<Void, Never>?
    }

    private let contents = Locked(Contents())

    /// Rings only if the sleeper would sleep past `instant` (nil: nothing is due), or if nobody sleeps yet.
    func ring(before instant: Milliseconds?) {
        guard let instant else { return }
        let isTooLong = contents.withLock { contents in
            guard contents.sleeper != nil else { return true }
            return contents.until.map { instant < $0 } ?? true
        }
        if isTooLong { ring() }
    }

    /// Wakes the sleeper, or lets the next one not sleep at all.
    func ring() {
        let (sleeper, nap) = contents.withLock { contents in
            defer { (contents.sleeper, contents.nap) = (nil, nil) }
            if contents.sleeper == nil { contents.isRinging = true }
            return (contents.sleeper, contents.nap)
        }
        nap?.cancel()
        sleeper?.resume()
    }

    /// Returns at `instant`, at a ring since the last wait, or when the task is canceled.
    func wait(until instant: Milliseconds?, clock: any EngineClock) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRinging = contents.withLock { contents in
                    defer { contents.isRinging = false }
                    if contents.isRinging || Task.isCancelled { return true }
                    contents.sleeper = continuation
                    contents.until = instant
                    if let instant {
                        contents.nap = Task { [weak self] in
                            await clock.sleep(until: instant)
                            if !Task.isCancelled { self?.ring() }
                        }
                    }
                    return false
                }
                if isRinging { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
    }
}
