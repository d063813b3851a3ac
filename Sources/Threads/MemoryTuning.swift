import CMalloc

/// How this process's allocator behaves.
public enum MemoryTuning {
    /// glibc gives each thread that allocates an arena of its own, up to eight a processor, and what lies free in one is of
    /// no use to the others: a burst that passes through many threads leaves many half empty. Two are enough for two to
    /// four threads that work at once. To be called before the second thread starts.
    public static func limitArenas() {
        // A libc that does not know the setting answers 0, and nothing is lost.
        _ = darkroom_malloc_arena_max(2)
    }
}
