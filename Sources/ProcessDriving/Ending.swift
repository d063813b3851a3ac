#if canImport(Glibc)
import Glibc
#endif

/// How a process ended.
package struct Ending: Sendable {
    /// The exit code; 128 and the signal's number for one that was killed.
    package let code: Int32
    /// Processor time in milliseconds.
    package let cpu: Double

    /// Blocks until it has ended.
    package init(waitingFor process: pid_t) {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
        cpu = Ending.milliseconds(usage.ru_utime) + Ending.milliseconds(usage.ru_stime)
    }

    private static func milliseconds(_ time: timeval) -> Double {
        Double(time.tv_sec) * 1_000 + Double(time.tv_usec) / 1_000
    }
}
