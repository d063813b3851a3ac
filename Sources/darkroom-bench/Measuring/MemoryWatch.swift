import ProcessDriving
import Threads

#if canImport(Glibc)
import Glibc
#endif

/// The highest a process's memory comes to while something goes on, looked at ten times a second.
final class MemoryWatch: Sendable {
    /// In MB (10^6): what it asked for itself, and the pages of files that it looked at (the store's map among them).
    struct Peak: Sendable {
        var own: Double = 0
        var files: Double = 0
        /// Both together at any moment, as the kernel counts it.
        var resident: Double = 0
    }

    private let highest = Locked(Peak())
    private let process: pid_t

    init(_ process: pid_t) { self.process = process }

    /// Until the task is canceled, or the process is gone.
    func run() async {
        while !Task.isCancelled, look() { try? await Task.sleep(for: .milliseconds(100)) }
    }

    var peak: Peak { highest.withLock { $0 } }

    /// Whether the process is there.
    @discardableResult
    func look() -> Bool {
        guard let usage = try? Usage(of: process) else { return false }
        highest.withLock { peak in
            peak.own = max(peak.own, usage.own)
            peak.files = max(peak.files, usage.files)
            peak.resident = max(peak.resident, usage.peak)
        }
        return true
    }
}
