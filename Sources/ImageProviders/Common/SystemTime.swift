#if canImport(Glibc)
import Glibc
#endif

/// The wall clock, for `Retry-After` dates in answers that have no `Date` of their own.
public enum SystemTime {
    /// Milliseconds of Unix time.
    @Sendable
    public static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
