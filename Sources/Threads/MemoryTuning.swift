#if canImport(Glibc)
import Glibc
#endif

/// How this process's allocator behaves.
public enum MemoryTuning {
    /// glibc gives each thread that allocates an arena of its own, up to eight a processor, and what lies free in one is of
    /// no use to the others: a burst that passes through many threads leaves many half empty. Two are enough for two to
    /// four threads that work at once. To be called before the second thread starts.
    public static func limitArenas() {
        // M_ARENA_MAX, from malloc.h; mallopt(3). A libc that does not know it answers 0, and nothing is lost.
        _ = mallopt(-8, 2)
    }
}
