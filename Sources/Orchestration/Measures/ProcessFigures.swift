#if canImport(Glibc)
import Glibc
#endif

/// What the system says of this process, read from `/proc`. What cannot be read is left out.
public enum ProcessFigures {
    /// Under the names that every Prometheus client uses.
    public static func notes() -> [MeasureNote] {
        var notes: [MeasureNote] = []
        if let stat = ProcessStat(read("/proc/self/stat")) {
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            notes.append(MeasureNote(.processTime, [], Double(stat.time) / ticks))
            notes.append(MeasureNote(.processMemory, [], Double(stat.pages) * Double(getpagesize())))
            if let boot { notes.append(MeasureNote(.processStart, [], boot + Double(stat.start) / ticks)) }
        }
        if let open = descriptors() { notes.append(MeasureNote(.openDescriptors, [], Double(open))) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            notes.append(MeasureNote(.maximumDescriptors, [], Double(limit.rlim_cur)))
        }
        return notes
    }

    /// In seconds of Unix time; does not change while we run.
    private static let boot: Double? = {
        let line = read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }()

    /// But for the one that is open to count them.
    private static func descriptors() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            // "." and ".." are the only names that are no number.
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        return max(0, count - 1)
    }

    /// The beginning of a file; empty if it cannot be read.
    private static func read(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(descriptor, &part, part.count)
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A line of `/proc/PID/stat`.
struct ProcessStat: Hashable {
    /// User and system time, in clock ticks.
    let time: UInt64
    /// Since the system started, in clock ticks.
    let start: UInt64
    /// Resident, in pages.
    let pages: UInt64

    /// - Parameter line: nil comes of one that is none.
    init?(_ line: String) {
        // The second field is the program's name in brackets, and may hold anything.
        guard let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ").map { UInt64($0) }
        // Field 3 of the manual is the first here.
        guard fields.count > 21, let user = fields[11], let system = fields[12], let start = fields[19],
            let pages = fields[21]
        else { return nil }
        time = user + system
        self.start = start
        self.pages = pages
    }
}
