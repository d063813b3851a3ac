#if canImport(Glibc)
import Glibc
#endif

enum WallClock {
    /// Unix time.
    static var seconds: Int64 { Int64(time(nil)) }
}
