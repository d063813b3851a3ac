import JobModel

#if canImport(Glibc)
import Glibc
#endif

/// The engine's time. Machines never ask it; runners do, and hand the answer in.
public protocol EngineClock: Sendable {
    /// Steady within a process: anchored to the wall once at the start, then counted on the monotonic clock.
    func now() -> Milliseconds
    /// The wall as it is, in milliseconds of Unix time: for what is said to other processes, and for nothing else.
    func wall() -> Milliseconds
    /// Returns at `instant`, or early when the task is canceled.
    func sleep(until instant: Milliseconds) async
}

extension EngineClock {
    /// The wall in whole seconds, as signatures have it.
    public func wallSeconds() -> Int64 { wall() / 1_000 }

    /// What other processes are told of an instant: each has an anchor of its own, and the clock may have been set since.
    public func wall(at instant: Milliseconds) -> Milliseconds { wall() + (instant - now()) }

    /// The instant that another process told by the wall.
    public func instant(atWall time: Milliseconds) -> Milliseconds {
        let (ahead, isBefore) = time.subtractingReportingOverflow(wall())
        let (instant, isBeyond) = now().addingReportingOverflow(ahead)
        return isBefore ? .min : isBeyond ? .max : instant
    }
}

/// The machine's clocks.
public struct SystemClock: EngineClock {
    private let offset: Milliseconds

    public init() {
        offset = SystemClock.read(CLOCK_REALTIME) / 1_000_000 - SystemClock.read(CLOCK_MONOTONIC) / 1_000_000
    }

    public func now() -> Milliseconds { SystemClock.read(CLOCK_MONOTONIC) / 1_000_000 + offset }

    public func wall() -> Milliseconds { SystemClock.read(CLOCK_REALTIME) / 1_000_000 }

    public func sleep(until instant: Milliseconds) async {
        let length = instant - now()
        guard length > 0 else { return }
        // Canceled is "early", which the contract allows.
        try? await Task.sleep(for: .milliseconds(length))
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Where jitter, claims and write identities come from.
public protocol RandomSource: Sendable {
    func next() -> UInt64
}

/// The system's generator.
public struct SystemRandom: RandomSource {
    public init() {}

    public func next() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}

extension RandomSource {
    /// An unguessable identifier: a prefix and 24 characters (120 bits).
    public func identifier(_ prefix: String) -> String {
        let alphabet = Array("abcdefghjkmnpqrstvwxyz0123456789".utf8)
        var text = Array(prefix.utf8)
        for _ in 0..<2 {
            var bits = next()
            for _ in 0..<12 {
                text.append(alphabet[Int(bits & 31)])
                bits >>= 5
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
