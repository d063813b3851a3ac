import ProcessDriving

#if canImport(Glibc)
import Glibc
#endif

/// What the system says of itself and of a process.
enum Machine {
    static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Descriptors that this process has open.
    static var openDescriptors: Int { Files.names(in: "/proc/self/fd").count }

    /// Processor milliseconds since the machine started: of everybody, and of this process with its ended children.
    static func processorTime() throws -> (all: Double, ours: Double) {
        let tick = 1_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
        let line = try Files.text("/proc/stat").prefix { $0 != "\n" }
        let fields = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        // user nice system idle iowait irq softirq: everything but the two in the middle is work.
        guard fields.count >= 7 else { throw BenchFailure("/proc/stat cannot be read") }
        let busy = fields[0] + fields[1] + fields[2] + fields[5] + fields[6]
        let own = try ProcessStat(of: getpid())
        return (busy * tick, (own.own + own.children) * tick)
    }

    /// Processor time of this process so far, in milliseconds.
    static var ownCPU: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }

    /// The wall clock, in milliseconds of Unix time.
    static var wall: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }
}

/// What a process has used.
struct Usage: Sendable {
    /// Processor time in milliseconds; the kernel counts in steps of 10.
    var cpu: Double
    /// Resident memory now and at its highest, in MB (10^6).
    var resident: Double
    var peak: Double
    /// Of the resident memory: what the process asked for, and pages of files that it looked at.
    var own: Double
    var files: Double

    init(of process: pid_t) throws {
        cpu = try ProcessStat(of: process).own * 1_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
        let status = try Files.text("/proc/\(process)/status")
        resident = Usage.kilobytes("VmRSS:", in: status) * 1_024 / 1_000_000
        peak = Usage.kilobytes("VmHWM:", in: status) * 1_024 / 1_000_000
        own = Usage.kilobytes("RssAnon:", in: status) * 1_024 / 1_000_000
        files = Usage.kilobytes("RssFile:", in: status) * 1_024 / 1_000_000
    }

    private static func kilobytes(_ name: String, in status: String) -> Double {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0
    }
}

extension Server {
    func usage() throws -> Usage { try Usage(of: process) }
}

extension SimulatorControl {
    func usage() throws -> Usage { try Usage(of: process) }
}

/// Clock ticks from a process's line in /proc.
private struct ProcessStat {
    var own: Double
    /// Of children that have ended and were waited for.
    var children: Double

    init(of process: pid_t) throws {
        let stat = try Files.text("/proc/\(process)/stat")
        // Behind the command's name, which may hold anything.
        let close = stat.lastIndex(of: ")") ?? stat.startIndex
        let fields = stat[close...].split(separator: " ").map { Double($0) ?? 0 }
        guard fields.count > 15 else { throw BenchFailure("process \(process) cannot be read") }
        own = fields[12] + fields[13]
        children = fields[14] + fields[15]
    }
}
