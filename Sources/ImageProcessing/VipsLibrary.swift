import CVips
import JobModel
import Threads

/// The process-wide side of libvips: started once, and its one error text taken the moment a call failed.
enum VipsLibrary {
    /// nil when libvips is ready. Starting takes about 50 ms, so the first user pays it, on a thread of its pool.
    static let startFailure: MediaError? = {
        guard dr_vips_start() != 0 else {
            isStarted.withLock { $0 = true }
            return nil
        }
        return MediaError(.internalFailure, "libvips did not start: \(takeText())")
    }()

    private static let isStarted = Locked(false)

    /// Held while a scaling step is built and while any picture is given back.
    ///
    /// libvips compiles scaling to machine code through orc, and orc 0.4.33 (Debian 12) keeps its code memory in lists
    /// that it changes without a lock: two threads that build or free at the same moment corrupt them. Scaling without
    /// orc would be safe too, and costs a third more time on a PNG.
    static let machineCode = Locked(false)

    /// What a thread that may have used libvips must do last. libvips that was never started crashes at it.
    static func endThread() {
        if isStarted.withLock({ $0 }) { vips_thread_shutdown() }
    }

    /// The error of the call that has just failed on this thread. The text belongs to the whole process, so another
    /// thread's failure of the same moment may stand in it too; the kind is right in any case.
    static func takeFailure(of step: String) -> MediaError {
        let text = takeText()
        if text.contains("out of memory") {
            return MediaError(.internalFailure, "\(step): \(text)")
        }
        return .unusable("\(step): \(text)")
    }

    private static func takeText() -> String {
        guard let raw = dr_vips_take_error() else { return "no reason given" }
        defer { g_free(raw) }
        let lines = String(cString: raw).split(separator: "\n").joined(separator: "; ")
        return lines.isEmpty ? "no reason given" : String(lines.prefix(160))
    }
}
