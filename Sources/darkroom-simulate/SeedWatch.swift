#if canImport(Glibc)
import Glibc
#endif

/// The seeds under way, for the case that a machine ends the process: it traps where a step is not in its tables.
final class SeedWatch: Sendable {
    init(threads: Int) {
        let seeds = UnsafeMutablePointer<UInt64>.allocate(capacity: threads)
        seeds.initialize(repeating: 0, count: threads)
        (SeedWatch.seeds, SeedWatch.count) = (seeds, threads)
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT] {
            signal(number) { number in
                SeedWatch.tell()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    func begins(_ seed: UInt64, thread: Int) { SeedWatch.seeds?[thread] = seed }

    // Written once, before any thread starts; each thread writes its own place, and only a signal handler, after which
    // the process ends, reads them all. They live as long as the process.
    nonisolated(unsafe) private static var seeds: UnsafeMutablePointer<UInt64>?
    nonisolated(unsafe) private static var count = 0

    /// Allocates nothing: it runs in a signal handler.
    private static func tell() {
        for index in 0..<count {
            put("the process trapped in a history; one of the seeds under way: ")
            put(seeds?[index] ?? 0)
            put("\n")
        }
    }

    private static func put(_ text: StaticString) { _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount) }

    private static func put(_ number: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (rest, first) = (number, digits.count)
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            _ = write(STDERR_FILENO, digits.baseAddress?.advanced(by: first), digits.count - first)
        }
    }
}
